// purpose: Remove quarantine rows that a new reading of their file no longer has.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (q:Quarantine {id: row.id})
DELETE q