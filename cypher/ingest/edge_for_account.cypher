// purpose: Write whose opportunities they are.
// params: rows list<map{src string, dst string, key string, source string, record string,
// first_seen_ms int, from_ms int, until_ms int, withdrawn bool, run int, ended_run int}>
UNWIND $rows AS row
MATCH (a:Identifier {id: row.src})
MATCH (b:Identifier {id: row.dst})
MERGE (a)-[r:FOR_ACCOUNT {key: row.key}]->(b)
  ON CREATE SET r.run = row.run
SET
  r.source = row.source,
  r.record = row.record,
  r.first_seen_ms = row.first_seen_ms,
  r.from_ms = row.from_ms,
  r.until_ms = row.until_ms,
  r.withdrawn = row.withdrawn,
  r.ended_run = row.ended_run