// purpose: Take back where ids of companies went: they live again, or went elsewhere.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (a:Company {id: row.id})-[r:MERGED_INTO]->(b:Company)
DELETE r