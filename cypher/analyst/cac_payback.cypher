// purpose: Months until the customers of a channel have paid back what they cost: CAC over the
// value of a month times the margin. value_months says how many months a stage's value covers.
// params: model string, stage_kind string, margin float, value_months int, from_month string,
// to_month string
// returns: channel string, cost_minor int, customers float, value_minor int, cac_minor float,
// payback_months float
CALL () {
  MATCH (p:Spend)
  WHERE p.month >= $from_month AND p.month <= $to_month
  WITH p.channel AS channel, sum(p.base_minor) AS cost
  RETURN channel AS channel, cost AS cost, 0.0 AS customers, 0 AS value
    UNION ALL
  MATCH (s:Session)-[c:CREDITED]->(g:Stage)
  WHERE
    c.until_run IS NULL AND
    c.model = $model AND
    g.kind = $stage_kind AND
    g.month >= $from_month AND
    g.month <= $to_month AND
    s.channel IS NOT NULL
  WITH
    s.channel AS channel,
    sum(c.weight) AS customers,
    sum(c.value_minor) AS value
  RETURN channel AS channel, 0 AS cost, customers AS customers, value AS value
}
WITH
  channel,
  sum(cost) AS cost,
  sum(customers) AS customers,
  sum(value) AS value
WHERE cost > 0
RETURN
  channel AS channel,
  cost AS cost_minor,
  customers AS customers,
  value AS value_minor,
  CASE
    WHEN customers > 0 THEN cost / customers
  END AS cac_minor,
  CASE
    WHEN
      value > 0 AND $margin > 0.0
      THEN cost / (toFloat(value) / $value_months * $margin)
  END AS payback_months
ORDER BY cost_minor DESC, channel