// purpose: Create e-mails that are not there yet, with the hosts they were read with, and mark
// them as touched.
// params: rows list<map{id string, name string, kind string, scope string, value string, run int,
// host string}>
UNWIND $rows AS row
MATCH (host:Identifier {id: row.host})
MERGE (n:Identifier {id: row.id})
  ON CREATE SET
    n.name = row.name,
    n.kind = row.kind,
    n.scope = row.scope,
    n.value = row.value,
    n.run = row.run
SET n :Email :Dirty
MERGE (n)-[:HAS_DOMAIN]->(host)