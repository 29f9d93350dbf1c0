// purpose: Fetch the edges that rows of tables of pairs made.
// params: rows list<map{src string, key string}>
// returns: edge string, src string, dst string, key string, first_seen_ms int, withdrawn bool,
// primary bool, role string
UNWIND $rows AS row
MATCH
  (a:Identifier {id: row.src})-[r:WORKS_AT|HAS_CONTACT|FOR_ACCOUNT]->
  (b:Identifier)
WHERE r.key = row.key
RETURN
  type(r) AS edge,
  a.id AS src,
  b.id AS dst,
  r.key AS key,
  r.first_seen_ms AS first_seen_ms,
  r.withdrawn AS withdrawn,
  r.primary AS primary,
  r.role AS role