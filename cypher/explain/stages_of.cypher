// purpose: The stages that an identifier reached, in order.
// params: identifier string
// returns: id string, name string, kind string, at_ms int
MATCH (g:Stage)-[:OF]->(i:Identifier {id: $identifier})
RETURN g.id AS id, g.name AS name, g.kind AS kind, g.at_ms AS at_ms
ORDER BY at_ms, id