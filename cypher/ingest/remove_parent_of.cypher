// purpose: Remove PARENT_OF edges that no version of any record makes any more.
// params: rows list<map{src string, dst string, key string}>
UNWIND $rows AS row
MATCH (a:Identifier {id: row.src})-[r:PARENT_OF]->(b:Identifier {id: row.dst})
WHERE r.key = row.key
DELETE r