// purpose: Remove sessions that are no more.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (s:Session {id: row.id})
DETACH DELETE s