// purpose: The identifiers that acted in sessions.
// returns: id string, identifier string, kind string
MATCH (s:Session)-[:BY]->(i:Identifier)
RETURN s.id AS id, i.id AS identifier, i.kind AS kind