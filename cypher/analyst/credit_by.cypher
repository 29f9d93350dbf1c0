// purpose: Credit by channel, source, campaign, landing, content or country (dim), of the stages
// reached in the months from_month to to_month.
// params: dim string, model string, stage_kind string, from_month string, to_month string
// returns: bucket string, stages int, sessions int, weight float, value_minor int
MATCH (s:Session)-[c:CREDITED]->(g:Stage)
WHERE
  c.until_run IS NULL AND
  c.model = $model AND
  g.kind = $stage_kind AND
  g.month >= $from_month AND
  g.month <= $to_month
WITH
  g,
  s,
  c,
  CASE $dim
    WHEN 'channel' THEN s.channel
    WHEN 'source' THEN s.source
    WHEN 'campaign' THEN s.campaign
    WHEN 'landing' THEN s.landing_path
    WHEN 'content' THEN s.content
    WHEN 'country' THEN s.country
  END AS known
RETURN
  CASE
    WHEN s.kind = 'unattributed' THEN 'unattributed'
    ELSE coalesce(known, '(not set)')
  END AS bucket,
  count(DISTINCT g.id) AS stages,
  count(DISTINCT s.id) AS sessions,
  sum(c.weight) AS weight,
  sum(c.value_minor) AS value_minor
ORDER BY value_minor DESC, bucket