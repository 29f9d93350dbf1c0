// purpose: Create identifiers of kind workspace that are not there yet, and mark them as touched.
// params: rows list<map{id string, name string, kind string, scope string, value string, run int}>
UNWIND $rows AS row
OPTIONAL MATCH (known:Identifier {id: row.id})
WITH row, known
WHERE known IS NULL
CREATE
  (:Identifier:WorkspaceId:Dirty
    {
      id: row.id,
      name: row.name,
      kind: row.kind,
      scope: row.scope,
      value: row.value,
      run: row.run
    })