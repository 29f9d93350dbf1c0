// purpose: The hosts that are matched by some domains and stand for a company.
// params: bases list<string>
// returns: base string, id string, entity string, from_ms int, until_ms int
UNWIND $bases AS base
MATCH (d:Identifier)
WHERE d.base = base
MATCH (d)-[r:RESOLVES_TO]->(o:Company)
RETURN
  base AS base,
  d.id AS id,
  o.id AS entity,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms
ORDER BY base, id, entity, from_ms