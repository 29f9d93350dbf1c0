// purpose: Parents of some accounts.
// params: ids list<string>
// returns: edge string, src string, dst string, key string, source string, first_seen_ms int,
// from_ms int, until_ms int, withdrawn bool, primary bool, role string
UNWIND $ids AS id
MATCH (a:Identifier)-[r:PARENT_OF]->(b:Identifier {id: id})
RETURN
  type(r) AS edge,
  a.id AS src,
  b.id AS dst,
  r.key AS key,
  r.source AS source,
  r.first_seen_ms AS first_seen_ms,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms,
  r.withdrawn AS withdrawn,
  r.primary AS primary,
  r.role AS role