// purpose: The contacts that identifiers stand for.
// params: ids list<string>
// returns: identifier string, entity string, name string, label string, kind string, from_ms
// int, until_ms int
UNWIND $ids AS id
MATCH (i:Identifier {id: id})-[r:RESOLVES_TO]->(e:Contact)
RETURN
  i.id AS identifier,
  e.id AS entity,
  e.name AS name,
  e.cluster_label AS label,
  e.kind AS kind,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms