// purpose: On a private copy: leave evidence out.
// params: rows list<map{src string, dst string, key string}>
UNWIND $rows AS row
MATCH
  (a:Identifier {id: row.src})-[r:SAME_PERSON|SAME_COMPANY]->
  (b:Identifier {id: row.dst})
WHERE r.key = row.key
SET r.withdrawn = true