// purpose: Mark identifiers as touched since they were last resolved.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (n:Identifier {id: row.id})
SET n :Dirty