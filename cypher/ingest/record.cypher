// purpose: Write what is known of records: attributes, standing, and all versions read.
// params: rows list<map{id string, name string, source string, object string, at_ms int,
// created_ms int, deleted bool, merged_into string, history string, run int, attributes map}>
UNWIND $rows AS row
MATCH (n:Identifier {id: row.id})
SET
  n :Record :Dirty,
  n.name = row.name,
  n.source = row.source,
  n.object = row.object,
  n.at_ms = row.at_ms,
  n.created_ms = row.created_ms,
  n.deleted = row.deleted,
  n.merged_into = row.merged_into,
  n.history = row.history,
  n.run = row.run
SET n += row.attributes