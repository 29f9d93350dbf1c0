// purpose: Take the mark off identifiers that were resolved.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.id})
REMOVE i :Dirty