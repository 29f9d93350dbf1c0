// purpose: Let identifiers come back.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (s:Suppression {id: row.id})
DELETE s