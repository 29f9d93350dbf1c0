// purpose: Remove questions that no longer wait.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (r:Review {id: row.id})
DETACH DELETE r