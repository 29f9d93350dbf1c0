// purpose: Say where ended ids of contacts went.
// params: rows list<map{id string, into string}>
UNWIND $rows AS row
MATCH (a:Contact {id: row.id})
MATCH (b:Contact {id: row.into})
MERGE (a)-[:MERGED_INTO]->(b)