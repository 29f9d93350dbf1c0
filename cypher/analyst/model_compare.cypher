// purpose: The credit of every model side by side, by channel, source, campaign, landing, content
// or country (dim), with the spread between the models.
// params: dim string, stage_kind string
// returns: bucket string, model string, weight float, value_minor int, spread_minor int
MATCH (s:Session)-[c:CREDITED]->(g:Stage)
WHERE c.until_run IS NULL AND g.kind = $stage_kind
WITH
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
WITH
  CASE
    WHEN s.kind = 'unattributed' THEN 'unattributed'
    ELSE coalesce(known, '(not set)')
  END AS bucket,
  c.model AS model,
  sum(c.weight) AS weight,
  sum(c.value_minor) AS value_minor
WITH
  collect({
    bucket: bucket,
    model: model,
    weight: weight,
    value_minor: value_minor
  }) AS given,
  collect(DISTINCT bucket) AS buckets,
  collect(DISTINCT model) AS models
UNWIND buckets AS bucket
UNWIND models AS model
WITH
  bucket,
  model,
  head([x IN given WHERE x.bucket = bucket AND x.model = model]) AS found
WITH
  bucket,
  collect({
    model: model,
    weight: coalesce(found.weight, 0.0),
    value_minor: coalesce(found.value_minor, 0)
  }) AS row,
  max(coalesce(found.value_minor, 0)) - min(coalesce(found.value_minor, 0)) AS spread_minor
UNWIND row AS one
RETURN
  bucket AS bucket,
  one.model AS model,
  one.weight AS weight,
  one.value_minor AS value_minor,
  spread_minor AS spread_minor
ORDER BY spread_minor DESC, bucket, model