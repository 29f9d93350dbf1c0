// purpose: Say which id a new one of companies was split off.
// params: rows list<map{id string, origin string}>
UNWIND $rows AS row
MATCH (a:Company {id: row.id})
MATCH (b:Company {id: row.origin})
MERGE (a)-[:SPLIT_FROM]->(b)