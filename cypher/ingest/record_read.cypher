// purpose: Count records as read that were created whole.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (n:Identifier {id: row.id})
SET n :Record :Dirty