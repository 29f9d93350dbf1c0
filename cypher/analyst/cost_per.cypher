// purpose: Cost per stage of a kind in each month of a period: over all that were reached, and over
// those that any session touched.
// params: stage_kind string, from_month string, to_month string
// returns: month string, cost_minor int, stages int, touched int, untouched int, cost_per_stage_minor
// float, cost_per_touched_minor float
CALL () {
  MATCH (p:Spend)
  WHERE p.month >= $from_month AND p.month <= $to_month
  WITH p.month AS month, sum(p.base_minor) AS cost
  RETURN month AS month, cost AS cost, 0 AS stages, 0 AS touched
    UNION ALL
  MATCH (g:Stage)
  WHERE g.kind = $stage_kind AND g.month >= $from_month AND g.month <= $to_month
  WITH
    g,
    EXISTS {
      MATCH (:Session)-[:IN_JOURNEY]->(g)
    } AS met
  WITH
    g.month AS month,
    count(g) AS stages,
    sum(
      CASE
        WHEN met THEN 1
        ELSE 0
      END) AS touched
  RETURN month AS month, 0 AS cost, stages AS stages, touched AS touched
}
WITH month, sum(cost) AS cost, sum(stages) AS stages, sum(touched) AS touched
RETURN
  month AS month,
  cost AS cost_minor,
  stages AS stages,
  touched AS touched,
  stages - touched AS untouched,
  CASE
    WHEN stages > 0 THEN toFloat(cost) / stages
  END AS cost_per_stage_minor,
  CASE
    WHEN touched > 0 THEN toFloat(cost) / touched
  END AS cost_per_touched_minor
ORDER BY month