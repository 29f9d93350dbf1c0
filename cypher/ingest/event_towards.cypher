// purpose: Connect events with the identifiers they carry (TOWARDS).
// params: rows list<map{src string, dst string}>
UNWIND $rows AS row
MATCH (e:Event {id: row.src})
MATCH (i:Identifier {id: row.dst})
MERGE (e)-[:TOWARDS]->(i)