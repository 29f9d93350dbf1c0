// purpose: Delete decisions.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (d:Decision {id: row.id})
DETACH DELETE d