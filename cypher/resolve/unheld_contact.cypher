// purpose: Forget what an id of contacts held before: it lives again.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (e:Contact {id: row.id})-[r:HELD]->(i:Identifier)
DELETE r