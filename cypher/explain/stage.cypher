// purpose: A stage by its id, and who reached it.
// params: id string
// returns: id string, name string, kind string, at_ms int, value_minor int, currency string,
// value_base int, identifier string
MATCH (g:Stage {id: $id})
OPTIONAL MATCH (g)-[:OF]->(i:Identifier)
RETURN
  g.id AS id,
  g.name AS name,
  g.kind AS kind,
  g.at_ms AS at_ms,
  g.value_minor AS value_minor,
  g.currency AS currency,
  g.value_base AS value_base,
  i.id AS identifier