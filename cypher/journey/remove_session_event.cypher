// purpose: Take events off sessions.
// params: rows list<map{session string, event string}>
UNWIND $rows AS row
MATCH (s:Session {id: row.session})-[r:HAS_EVENT]->(e:Event {id: row.event})
DELETE r