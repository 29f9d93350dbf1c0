// purpose: Write stages.
// params: rows list<map{id string, name string, kind string, at_ms int, month string,
// value_minor int, currency string, value_base int, fx_rate_id string, of string}>
UNWIND $rows AS row
MERGE (g:Stage {id: row.id})
SET
  g.name = row.name,
  g.kind = row.kind,
  g.at_ms = row.at_ms,
  g.month = row.month,
  g.value_minor = row.value_minor,
  g.currency = row.currency,
  g.value_base = row.value_base,
  g.fx_rate_id = row.fx_rate_id
WITH g, row
MATCH (i:Identifier {id: row.of})
MERGE (g)-[:OF]->(i)