// purpose: The events of sessions.
// returns: session string, event string
MATCH (s:Session)-[:HAS_EVENT]->(e:Event)
RETURN s.id AS session, e.id AS event