// purpose: Forget what an id of companies held before: it lives again.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (e:Company {id: row.id})-[r:HELD]->(i:Identifier)
DELETE r