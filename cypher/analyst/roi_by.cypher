// purpose: Cost, credited value, ROAS and ROI by channel, source or campaign (dim). Mode simple
// takes the value of stages reached in the period, mode realised that of sessions in the period,
// whenever the stage was reached; cost is that of the period.
// params: dim string, model string, stage_kind string, mode string, from_month string, to_month
// string
// returns: bucket string, cost_minor int, value_minor int, weight float, roas float, roi float
CALL () {
  MATCH (p:Spend)
  WHERE p.month >= $from_month AND p.month <= $to_month
  WITH
    CASE $dim
      WHEN 'channel' THEN p.channel
      WHEN 'source' THEN p.source
      WHEN 'campaign' THEN toLower(trim(p.campaign))
    END AS known,
    sum(p.base_minor) AS cost
  RETURN
    coalesce(known, '(not set)') AS bucket,
    cost AS cost,
    0 AS value,
    0.0 AS weight
    UNION ALL
  MATCH (s:Session)-[c:CREDITED]->(g:Stage)
  WHERE c.until_run IS NULL AND c.model = $model AND g.kind = $stage_kind
  WITH
    s,
    c,
    CASE $mode
      WHEN 'simple' THEN g.month
      WHEN 'realised' THEN coalesce(s.month, g.month)
    END AS month
  WHERE month >= $from_month AND month <= $to_month
  WITH
    CASE
      WHEN s.kind = 'unattributed' THEN 'unattributed'
      WHEN $dim = 'channel' THEN s.channel
      WHEN $dim = 'source' THEN s.source
      WHEN $dim = 'campaign' THEN toLower(trim(s.campaign))
    END AS known,
    sum(c.value_minor) AS value,
    sum(c.weight) AS weight
  RETURN
    coalesce(known, '(not set)') AS bucket,
    0 AS cost,
    value AS value,
    weight AS weight
}
WITH bucket, sum(cost) AS cost, sum(value) AS value, sum(weight) AS weight
RETURN
  bucket AS bucket,
  cost AS cost_minor,
  value AS value_minor,
  weight AS weight,
  CASE
    WHEN cost > 0 THEN toFloat(value) / cost
  END AS roas,
  CASE
    WHEN cost > 0 THEN toFloat(value - cost) / cost
  END AS roi
ORDER BY cost_minor DESC, value_minor DESC, bucket