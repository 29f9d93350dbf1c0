// purpose: Write a run of the pipeline.
// params: rows list<map{id string, name string, seq int, as_of_ms int, config_hash string,
// rules_hash string, stages list<string>, counts string, minted int, changes int,
// health string}>
UNWIND $rows AS row
MERGE (r:Run {id: row.id})
SET
  r.name = row.name,
  r.seq = row.seq,
  r.as_of_ms = row.as_of_ms,
  r.config_hash = row.config_hash,
  r.rules_hash = row.rules_hash,
  r.stages = row.stages,
  r.counts = row.counts,
  r.minted = row.minted,
  r.changes = row.changes,
  r.health = row.health