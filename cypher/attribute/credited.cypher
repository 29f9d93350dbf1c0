// purpose: Write credit.
// params: rows list<map{stage string, session string, model string, key string, run int,
// until_run int, weight float, value_minor int, reason string}>
UNWIND $rows AS row
MATCH (s:Session {id: row.session})
MATCH (g:Stage {id: row.stage})
MERGE (s)-[c:CREDITED {key: row.key}]->(g)
SET
  c.model = row.model,
  c.run = row.run,
  c.until_run = row.until_run,
  c.weight = row.weight,
  c.value_minor = row.value_minor,
  c.reason = row.reason