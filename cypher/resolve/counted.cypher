// purpose: Note on its run how far ids and the change feed were counted, and by which rules.
// params: rows list<map{id string, minted int, changes int, rules_hash string}>
UNWIND $rows AS row
MATCH (r:Run {id: row.id})
SET
  r.minted = row.minted,
  r.changes = row.changes,
  r.rules_hash = row.rules_hash