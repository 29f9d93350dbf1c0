// purpose: Connect consents with who gave them.
// params: rows list<map{src string, dst string}>
UNWIND $rows AS row
MATCH (c:Consent {id: row.src})
MATCH (i:Identifier {id: row.dst})
MERGE (c)-[:OF]->(i)