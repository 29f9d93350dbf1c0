// purpose: Keep what an ended id of contacts last held.
// params: rows list<map{id string, identifier string}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.identifier})
MATCH (e:Contact {id: row.id})
MERGE (e)-[:HELD]->(i)