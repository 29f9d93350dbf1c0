// purpose: Create e-mails that are not there yet, with the hosts they were read with, and mark
// them as touched.
// params: rows list<map{id string, name string, kind string, scope string, value string, run int,
// host string}>
UNWIND $rows AS row
MATCH (host:Identifier {id: row.host})
OPTIONAL MATCH (known:Identifier {id: row.id})
WITH row, host, known
WHERE known IS NULL
CREATE
  (:Identifier:Email:Dirty
    {
      id: row.id,
      name: row.name,
      kind: row.kind,
      scope: row.scope,
      value: row.value,
      run: row.run
    })-
    [:HAS_DOMAIN]->
  (host)