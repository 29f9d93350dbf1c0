// purpose: Say where ended ids of companies went.
// params: rows list<map{id string, into string}>
UNWIND $rows AS row
MATCH (a:Company {id: row.id})
MATCH (b:Company {id: row.into})
MERGE (a)-[:MERGED_INTO]->(b)