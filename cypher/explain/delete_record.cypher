// purpose: On a private copy: leave records out.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.id})
SET i.deleted = true