// purpose: Sessions that several stages of one kind share, by company: how often they are credited
// and for how much.
// params: stage_kind string, model string
// returns: company string, name string, stages int, shared_sessions int, value_minor int, most int
MATCH (s:Session)-[c:CREDITED]->(g:Stage)
WHERE
  g.kind = $stage_kind AND
  c.model = $model AND
  c.until_run IS NULL AND
  s.kind <> 'unattributed'
CALL (g) {
  MATCH (g)-[:OF]->(:Identifier)-[:RESOLVES_TO]->(o:Company)
  RETURN o
    UNION
  MATCH
    (g)-[:OF]->
    (:Identifier)-[f:FOR_ACCOUNT]->
    (:Identifier)-[:RESOLVES_TO]->
    (o:Company)
  WHERE f.until_ms IS NULL AND NOT f.withdrawn
  RETURN o
    UNION
  MATCH
    (g)-[:OF]->
    (:Identifier)-[r:RESOLVES_TO]->
    (:Contact)-[m:MEMBER_OF]->
    (o:Company)
  WHERE
    coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(r.until_ms, g.at_ms + 1) AND
    coalesce(m.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(m.until_ms, g.at_ms + 1)
  RETURN o
}
WITH DISTINCT o, s, g, c
WITH o, s, collect(g.id) AS stages, sum(c.value_minor) AS value
WHERE size(stages) > 1
UNWIND stages AS stage
WITH o, s, value, size(stages) AS times, stage
WITH
  o,
  count(DISTINCT stage) AS stages,
  count(DISTINCT s.id) AS shared_sessions,
  collect(DISTINCT {session: s.id, value: value}) AS values,
  max(times) AS most
RETURN
  o.id AS company,
  o.name AS name,
  stages AS stages,
  shared_sessions AS shared_sessions,
  reduce(t = 0, v IN values | t + coalesce(v.value, 0)) AS value_minor,
  most AS most
ORDER BY value_minor DESC, shared_sessions DESC, name, company