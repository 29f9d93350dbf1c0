// purpose: The identifiers that were addressed by sessions.
// returns: id string, identifier string, kind string
MATCH (s:Session)-[:TOWARDS]->(i:Identifier)
RETURN s.id AS id, i.id AS identifier, i.kind AS kind