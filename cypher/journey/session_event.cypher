// purpose: Connect sessions with their events.
// params: rows list<map{session string, event string}>
UNWIND $rows AS row
MATCH (e:Event {id: row.event})
MATCH (s:Session {id: row.session})
MERGE (s)-[:HAS_EVENT]->(e)