// purpose: Write memberships.
// params: rows list<map{contact string, company string, key string, via string, primary bool,
// source string, role string, from_ms int, until_ms int}>
UNWIND $rows AS row
MATCH (c:Contact {id: row.contact})
MATCH (o:Company {id: row.company})
MERGE (c)-[m:MEMBER_OF {key: row.key}]->(o)
SET
  m.via = row.via,
  m.primary = row.primary,
  m.source = row.source,
  m.role = row.role,
  m.from_ms = row.from_ms,
  m.until_ms = row.until_ms