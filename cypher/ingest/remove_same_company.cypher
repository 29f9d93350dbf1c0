// purpose: Remove SAME_COMPANY edges that no version of any record makes any more.
// params: rows list<map{src string, dst string, key string}>
UNWIND $rows AS row
MATCH
  (a:Identifier {id: row.src})-[r:SAME_COMPANY]->(b:Identifier {id: row.dst})
WHERE r.key = row.key
DELETE r