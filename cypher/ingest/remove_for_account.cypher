// purpose: Remove FOR_ACCOUNT edges that no version of any record makes any more.
// params: rows list<map{src string, dst string, key string}>
UNWIND $rows AS row
MATCH (a:Identifier {id: row.src})-[r:FOR_ACCOUNT]->(b:Identifier {id: row.dst})
WHERE r.key = row.key
DELETE r