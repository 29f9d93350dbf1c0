// purpose: Remove credit that is older than the state before.
// params: rows list<map{stage string, session string, key string}>
UNWIND $rows AS row
MATCH (s:Session {id: row.session})-[c:CREDITED]->(g:Stage {id: row.stage})
WHERE c.key = row.key
DELETE c