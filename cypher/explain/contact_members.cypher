// purpose: What a contact holds.
// params: id string
// returns: identifier string, name string, kind string, from_ms int, until_ms int
MATCH (i:Identifier)-[r:RESOLVES_TO]->(e:Contact {id: $id})
RETURN
  i.id AS identifier,
  i.name AS name,
  i.kind AS kind,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms
ORDER BY identifier