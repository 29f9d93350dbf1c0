// purpose: Note an erasure.
// params: rows list<map{id string, name string, actor string, reason string, at_ms int, run int,
// entities list<string>, counts string, key_id string}>
UNWIND $rows AS row
MERGE (e:Erasure {id: row.id})
SET
  e.name = row.name,
  e.actor = row.actor,
  e.reason = row.reason,
  e.at_ms = row.at_ms,
  e.run = row.run,
  e.entities = row.entities,
  e.counts = row.counts,
  e.key_id = row.key_id