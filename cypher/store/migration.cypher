// purpose: Note that a migration was applied.
// params: rows list<map{id string, name string, checksum string}>
UNWIND $rows AS row
MERGE (m:SchemaMigration {id: row.id})
SET m.name = row.name, m.checksum = row.checksum