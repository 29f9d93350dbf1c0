// purpose: The identifiers of sessions (TOWARDS).
// returns: session string, identifier string
MATCH (s:Session)-[:TOWARDS]->(i:Identifier)
RETURN s.id AS session, i.id AS identifier