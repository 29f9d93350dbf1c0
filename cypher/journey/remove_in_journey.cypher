// purpose: Take sessions out of journeys.
// params: rows list<map{stage string, session string}>
UNWIND $rows AS row
MATCH (s:Session {id: row.session})-[j:IN_JOURNEY]->(g:Stage {id: row.stage})
DELETE j