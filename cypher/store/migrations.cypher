// purpose: List the migrations that were applied.
// returns: id string, checksum string
MATCH (m:SchemaMigration)
RETURN m.id AS id, m.checksum AS checksum
ORDER BY id