// purpose: On a private copy: leave relations out.
// params: rows list<map{src string, dst string, key string}>
UNWIND $rows AS row
MATCH
  (a:Identifier {id: row.src})-[r:WORKS_AT|PARENT_OF]->
  (b:Identifier {id: row.dst})
WHERE r.key = row.key
SET r.withdrawn = true