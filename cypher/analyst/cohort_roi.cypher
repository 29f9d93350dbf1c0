// purpose: Value of a kind of stage by the month of the journey's first touch and by the months
// since then, beside the cost of that first month.
// params: stage_kind string
// returns: cohort string, months_since int, stages int, value_minor int, cohort_cost_minor int
CALL () {
  MATCH (s:Session)-[j:IN_JOURNEY]->(g:Stage)
  WHERE g.kind = $stage_kind AND j.position = 1
  WITH
    s.month AS cohort,
    12 *
    (toInteger(substring(g.month, 0, 4)) - toInteger(substring(s.month, 0, 4))) +
    toInteger(substring(g.month, 5, 2)) -
    toInteger(substring(s.month, 5, 2)) AS months_since,
    count(g) AS stages,
    sum(coalesce(g.value_base, 0)) AS value
  RETURN
    cohort AS cohort,
    months_since AS months_since,
    stages AS stages,
    value AS value
}
CALL (cohort) {
  MATCH (p:Spend)
  WHERE p.month = cohort
  RETURN sum(p.base_minor) AS cost
}
RETURN
  cohort AS cohort,
  months_since AS months_since,
  stages AS stages,
  value AS value_minor,
  coalesce(cost, 0) AS cohort_cost_minor
ORDER BY cohort, months_since