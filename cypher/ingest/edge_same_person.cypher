// purpose: Write evidence of one person, as the histories of records and the events make it.
// params: rows list<map{src string, dst string, key string, rule string, rule_version int,
// evidence_class string, method string, source string, record string, observations int,
// first_seen_ms int, last_seen_ms int, from_ms int, until_ms int, withdrawn bool, run int,
// ended_run int}>
UNWIND $rows AS row
MATCH (a:Identifier {id: row.src})
MATCH (b:Identifier {id: row.dst})
MERGE (a)-[r:SAME_PERSON {key: row.key}]->(b)
  ON CREATE SET r.run = row.run
SET
  r.rule = row.rule,
  r.rule_version = row.rule_version,
  r.evidence_class = row.evidence_class,
  r.method = row.method,
  r.source = row.source,
  r.record = row.record,
  r.observations = row.observations,
  r.first_seen_ms = row.first_seen_ms,
  r.last_seen_ms = row.last_seen_ms,
  r.from_ms = row.from_ms,
  r.until_ms = row.until_ms,
  r.withdrawn = row.withdrawn,
  r.ended_run = row.ended_run