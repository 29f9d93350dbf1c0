// purpose: Create identifiers of kind workspace that are not there yet, whole with what their
// records say, if that is read, and mark them as touched; whether a record counts as read comes
// later.
// params: rows list<map{id string, name string, kind string, scope string, value string, run int,
// source string, object string, at_ms int, created_ms int, deleted bool, merged_into string,
// history string, attributes map}>
UNWIND $rows AS row
OPTIONAL MATCH (known:Identifier {id: row.id})
WITH row, known
WHERE known IS NULL
CREATE
  (n:Identifier:WorkspaceId:Dirty
    {
      id: row.id,
      name: row.name,
      kind: row.kind,
      scope: row.scope,
      value: row.value,
      run: row.run,
      source: row.source,
      object: row.object,
      at_ms: row.at_ms,
      created_ms: row.created_ms,
      deleted: row.deleted,
      merged_into: row.merged_into,
      history: row.history
    })
SET n += row.attributes