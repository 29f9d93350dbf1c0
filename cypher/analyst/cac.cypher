// purpose: Cost to acquire a customer by channel: cost of the period over the weights that the
// channel earned of its stages; the row 'blended' is all cost over the companies whose first
// stage of the kind falls in the period.
// params: model string, stage_kind string, from_month string, to_month string
// returns: channel string, cost_minor int, customers float, cac_minor float
CALL () {
  MATCH (p:Spend)
  WHERE p.month >= $from_month AND p.month <= $to_month
  WITH p.channel AS channel, sum(p.base_minor) AS cost
  RETURN channel AS channel, cost AS cost, 0.0 AS customers
    UNION ALL
  MATCH (p:Spend)
  WHERE p.month >= $from_month AND p.month <= $to_month
  WITH sum(p.base_minor) AS cost
  RETURN 'blended' AS channel, cost AS cost, 0.0 AS customers
    UNION ALL
  MATCH (s:Session)-[c:CREDITED]->(g:Stage)
  WHERE
    c.until_run IS NULL AND
    c.model = $model AND
    g.kind = $stage_kind AND
    g.month >= $from_month AND
    g.month <= $to_month
  WITH coalesce(s.channel, s.kind) AS channel, sum(c.weight) AS customers
  RETURN channel AS channel, 0 AS cost, customers AS customers
    UNION ALL
  MATCH (g:Stage)-[:OF]->(i:Identifier)
  WHERE g.kind = $stage_kind
  OPTIONAL MATCH
    (i)-[f:FOR_ACCOUNT]->(:Identifier)-[:RESOLVES_TO]->(account:Company)
  WHERE f.until_ms IS NULL AND NOT f.withdrawn
  OPTIONAL MATCH (i)-[:RESOLVES_TO]->(own)
  WITH coalesce(account.id, own.id, i.id) AS customer, min(g.month) AS first
  WHERE first >= $from_month AND first <= $to_month
  WITH count(customer) AS customers
  RETURN 'blended' AS channel, 0 AS cost, toFloat(customers) AS customers
}
WITH channel, sum(cost) AS cost, sum(customers) AS customers
RETURN
  channel AS channel,
  cost AS cost_minor,
  customers AS customers,
  CASE
    WHEN cost > 0 AND customers > 0 THEN cost / customers
  END AS cac_minor
ORDER BY cost_minor DESC, channel