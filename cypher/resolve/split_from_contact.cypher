// purpose: Say which id a new one of contacts was split off.
// params: rows list<map{id string, origin string}>
UNWIND $rows AS row
MATCH (a:Contact {id: row.id})
MATCH (b:Contact {id: row.origin})
MERGE (a)-[:SPLIT_FROM]->(b)