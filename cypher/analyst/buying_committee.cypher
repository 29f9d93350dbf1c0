// purpose: Who of a company was active before its stages: role, seniority, share of the credit. A
// session of several contacts counts for each with an equal part of its credit.
// params: company string, stage_kind string, model string
// returns: stage string, contact string, name string, job_title string, seniority string,
// department string, role string, sessions int, first_ms int, last_ms int, weight float,
// value_minor float
MATCH (o:Company {id: $company})
CALL (o) {
  MATCH (o)<-[:RESOLVES_TO]-(:Identifier)<-[:OF]-(g:Stage)
  RETURN g
    UNION
  MATCH
    (o)<-[:RESOLVES_TO]-
    (:Identifier)<-[f:FOR_ACCOUNT]-
    (:Identifier)<-[:OF]-
    (g:Stage)
  WHERE f.until_ms IS NULL AND NOT f.withdrawn
  RETURN g
}
WITH DISTINCT g
WHERE g.kind = $stage_kind
MATCH (s:Session)-[:IN_JOURNEY]->(g)
OPTIONAL MATCH (s)-[c:CREDITED]->(g)
WHERE c.model = $model AND c.until_run IS NULL
WITH
  g,
  s,
  coalesce(c.weight, 0.0) AS weight,
  coalesce(c.value_minor, 0) AS value
MATCH (s)-[:BY]->(:Identifier)-[r:RESOLVES_TO]->(k:Contact)
WHERE
  coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
  s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
WITH DISTINCT g, s, weight, value, k
WITH g, s, weight, value, collect(k) AS people
UNWIND people AS k
WITH
  g,
  k,
  count(s) AS sessions,
  min(s.at_ms) AS first_ms,
  max(s.at_ms) AS last_ms,
  sum(weight / size(people)) AS weight,
  sum(toFloat(value) / size(people)) AS value_minor
OPTIONAL MATCH
  (g)-[:OF]->(:Identifier)-[h:HAS_CONTACT]->(:Identifier)-[:RESOLVES_TO]->(k)
WHERE h.until_ms IS NULL AND NOT h.withdrawn
WITH g, k, sessions, first_ms, last_ms, weight, value_minor, min(h.role) AS role
RETURN
  g.id AS stage,
  k.id AS contact,
  k.name AS name,
  k.job_title AS job_title,
  k.seniority AS seniority,
  k.department AS department,
  role AS role,
  sessions AS sessions,
  first_ms AS first_ms,
  last_ms AS last_ms,
  weight AS weight,
  value_minor AS value_minor
ORDER BY stage, sessions DESC, name, contact