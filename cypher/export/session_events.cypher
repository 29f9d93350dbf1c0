// purpose: The events of sessions.
// returns: session_id string, event_id string
MATCH (s:Session)-[:HAS_EVENT]->(e:Event)
RETURN s.id AS session_id, e.id AS event_id