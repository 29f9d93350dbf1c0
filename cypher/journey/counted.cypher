// purpose: Note on its run how far the change feed was counted.
// params: rows list<map{id string, changes int}>
UNWIND $rows AS row
MATCH (r:Run {id: row.id})
SET r.changes = row.changes