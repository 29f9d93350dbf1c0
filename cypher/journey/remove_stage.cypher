// purpose: Remove stages that are no more.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (g:Stage {id: row.id})
DETACH DELETE g