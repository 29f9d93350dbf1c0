// purpose: How long before the stage its journey began, in days, by the month of the stage.
// params: stage_kind string
// returns: month string, stages int, median_days float, p90_days float, most_days float
MATCH (s:Session)-[j:IN_JOURNEY]->(g:Stage)
WHERE g.kind = $stage_kind AND j.position = 1
WITH g.month AS month, toFloat(g.at_ms - s.at_ms) / 86400000 AS days
ORDER BY days
WITH month, collect(days) AS days
RETURN
  month AS month,
  size(days) AS stages,
  days[(size(days) + 1) / 2 - 1] AS median_days,
  days[(9 * size(days) + 9) / 10 - 1] AS p90_days,
  last(days) AS most_days
ORDER BY month