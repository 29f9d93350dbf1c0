// purpose: Which identifiers stand for which contacts, and when.
// returns: identifier string, entity string, from_ms int, until_ms int
MATCH (i:Identifier)-[r:RESOLVES_TO]->(e:Contact)
RETURN
  i.id AS identifier,
  e.id AS entity,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms