// purpose: The stage of a kind with the highest value, and whose it is.
// params: stage_kind string
// returns: stage string, name string, at_ms int, value_minor int, company string, company_name
// string
MATCH (g:Stage)-[:OF]->(i:Identifier)
WHERE g.kind = $stage_kind AND g.value_base IS NOT NULL
WITH g, i
ORDER BY g.value_base DESC, g.id
LIMIT 1
OPTIONAL MATCH (i)-[f:FOR_ACCOUNT]->(:Identifier)-[:RESOLVES_TO]->(o:Company)
WHERE f.until_ms IS NULL AND NOT f.withdrawn
WITH g, i, o
ORDER BY o.name, o.id
LIMIT 1
RETURN
  g.id AS stage,
  i.name AS name,
  g.at_ms AS at_ms,
  g.value_base AS value_minor,
  o.id AS company,
  o.name AS company_name