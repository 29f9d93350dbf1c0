// purpose: Whose each stage is now: the company of its account, else what its identifier stands
// for.
// returns: stage string, kind string, name string, at_ms int, value_base int, identifier string,
// open bool, company string, contact string
MATCH (g:Stage)-[:OF]->(i:Identifier)
OPTIONAL MATCH (i)-[f:FOR_ACCOUNT]->(a:Identifier)-[:RESOLVES_TO]->(c:Company)
WHERE f.until_ms IS NULL AND NOT f.withdrawn
OPTIONAL MATCH (i)-[:RESOLVES_TO]->(own:Company)
OPTIONAL MATCH (i)-[:RESOLVES_TO]->(k:Contact)
RETURN
  g.id AS stage,
  g.kind AS kind,
  g.name AS name,
  g.at_ms AS at_ms,
  g.value_base AS value_base,
  i.id AS identifier,
  coalesce(i.object, '') = 'opportunity' AND
  NOT coalesce(i.closed, false) AND
  NOT coalesce(i.won, false) AS open,
  coalesce(c.id, own.id) AS company,
  k.id AS contact
ORDER BY stage, company, contact