// purpose: By channel: stages of a kind whose last non-direct touch it was, stages it assisted (in
// the journey, but not that touch), and the ratio of the two.
// params: stage_kind string
// returns: channel string, closed int, assisted int, ratio float
MATCH (s:Session)-[j:IN_JOURNEY]->(g:Stage)
WHERE g.kind = $stage_kind
WITH g, s, j
ORDER BY j.position DESC
WITH g, collect(s.channel) AS channels
WITH g, channels, [c IN channels WHERE c <> 'Direct'] AS others
WITH channels, coalesce(head(others), head(channels)) AS closing
UNWIND channels AS channel
WITH DISTINCT channels, closing, channel
WITH
  channel,
  sum(
    CASE
      WHEN channel = closing THEN 1
      ELSE 0
    END) AS closed,
  sum(
    CASE
      WHEN channel <> closing THEN 1
      ELSE 0
    END) AS assisted
RETURN
  channel AS channel,
  closed AS closed,
  assisted AS assisted,
  CASE
    WHEN closed > 0 THEN toFloat(assisted) / closed
  END AS ratio
ORDER BY assisted DESC, closed DESC, channel