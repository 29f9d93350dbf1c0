// purpose: Note on erasures that they were lifted, by whom and when.
// params: rows list<map{id string, lifted_by string, lifted_ms int}>
UNWIND $rows AS row
MATCH (e:Erasure {id: row.id})
SET e.lifted_by = row.lifted_by, e.lifted_ms = row.lifted_ms