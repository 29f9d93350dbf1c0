// purpose: Create identifiers of kind social that are not there yet, and mark them as touched.
// params: rows list<map{id string, name string, kind string, scope string, value string, run int}>
UNWIND $rows AS row
MERGE (n:Identifier {id: row.id})
  ON CREATE SET
    n.name = row.name,
    n.kind = row.kind,
    n.scope = row.scope,
    n.value = row.value,
    n.run = row.run
SET n :Social :Dirty