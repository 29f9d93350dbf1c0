// purpose: Remove refused evidence that is no longer refused.
// params: rows list<map{src string, dst string, key string}>
UNWIND $rows AS row
MATCH (a:Identifier {id: row.src})-[r:REFUSED]->(b:Identifier {id: row.dst})
WHERE r.key = row.key
DELETE r