// purpose: Keep identifiers out, by their keyed hashes.
// params: rows list<map{id string, name string, kind string, key_id string, erasure string,
// from_ms int, until_ms int}>
UNWIND $rows AS row
MERGE (s:Suppression {id: row.id})
SET
  s.name = row.name,
  s.kind = row.kind,
  s.key_id = row.key_id,
  s.erasure = row.erasure,
  s.from_ms = row.from_ms,
  s.until_ms = row.until_ms