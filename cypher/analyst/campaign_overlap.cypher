// purpose: Which campaigns meet in the journeys of a kind of stage: the n pairs that do so most.
// params: stage_kind string, n int
// returns: first string, second string, stages int, value_minor int
MATCH (s:Session)-[:IN_JOURNEY]->(g:Stage)
WHERE g.kind = $stage_kind AND s.campaign IS NOT NULL
WITH g, collect(DISTINCT s.campaign) AS campaigns
UNWIND campaigns AS first
UNWIND campaigns AS second
WITH g, first, second
WHERE first < second
WITH
  first,
  second,
  count(g) AS stages,
  sum(coalesce(g.value_base, 0)) AS value_minor
RETURN
  first AS first,
  second AS second,
  stages AS stages,
  value_minor AS value_minor
ORDER BY stages DESC, value_minor DESC, first, second
LIMIT $n