// purpose: How many stages of a kind were reached in each month, and their value.
// params: stage_kind string
// returns: month string, stages int, value_minor int
MATCH (g:Stage)
WHERE g.kind = $stage_kind
RETURN
  g.month AS month,
  count(g) AS stages,
  sum(coalesce(g.value_base, 0)) AS value_minor
ORDER BY month