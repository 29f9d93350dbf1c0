// purpose: The identifiers of sessions (BY).
// returns: session string, identifier string
MATCH (s:Session)-[:BY]->(i:Identifier)
RETURN s.id AS session, i.id AS identifier