// purpose: Win rate by the number of contacts that were active before a kind of stage (reached in a
// period long enough ago to be decided). Won: the same record reached the other kind.
// params: stage_kind string, won_kind string, from_month string, to_month string
// returns: contacts int, reached int, won int, win_rate float
MATCH (g:Stage)-[:OF]->(i:Identifier)
WHERE g.kind = $stage_kind AND g.month >= $from_month AND g.month <= $to_month
OPTIONAL MATCH (s:Session)-[:IN_JOURNEY]->(g)
OPTIONAL MATCH (s)-[:BY]->(:Identifier)-[r:RESOLVES_TO]->(k:Contact)
WHERE
  coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
  s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
WITH g, i, count(DISTINCT k.id) AS contacts
WITH
  contacts,
  EXISTS {
    MATCH (i)<-[:OF]-(w:Stage)
    WHERE w.kind = $won_kind
  } AS is_won
WITH
  contacts,
  count(is_won) AS reached,
  sum(
    CASE
      WHEN is_won THEN 1
      ELSE 0
    END) AS won
RETURN
  contacts AS contacts,
  reached AS reached,
  won AS won,
  toFloat(won) / reached AS win_rate
ORDER BY contacts