// purpose: Write refused evidence.
// params: rows list<map{src string, dst string, key string, rule string, source string,
// constraint string, reason string}>
UNWIND $rows AS row
MATCH (a:Identifier {id: row.src})
MATCH (b:Identifier {id: row.dst})
MERGE (a)-[r:REFUSED {key: row.key}]->(b)
SET
  r.rule = row.rule,
  r.source = row.source,
  r.constraint = row.constraint,
  r.reason = row.reason