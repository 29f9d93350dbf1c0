// purpose: Take back where ids of contacts went: they live again, or went elsewhere.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (a:Contact {id: row.id})-[r:MERGED_INTO]->(b:Contact)
DELETE r