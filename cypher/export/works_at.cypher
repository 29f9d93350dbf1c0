// purpose: Which records are associated with which accounts and workspaces, and when.
// returns: src string, dst string, role string, primary bool, from_ms int, until_ms int
MATCH (a:Identifier)-[r:WORKS_AT]->(b:Identifier)
WHERE NOT r.withdrawn
RETURN
  a.id AS src,
  b.id AS dst,
  r.role AS role,
  r.primary AS primary,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms