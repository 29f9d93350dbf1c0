// purpose: Connect decisions with the identifiers they are about.
// params: rows list<map{src string, dst string}>
UNWIND $rows AS row
MATCH (d:Decision {id: row.src})
MATCH (i:Identifier {id: row.dst})
MERGE (d)-[:ABOUT]->(i)