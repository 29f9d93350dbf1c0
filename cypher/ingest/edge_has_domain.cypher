// purpose: Connect e-mails with the host they were read with.
// params: rows list<map{src string, dst string}>
UNWIND $rows AS row
MATCH (a:Identifier {id: row.src})
MATCH (b:Identifier {id: row.dst})
MERGE (a)-[:HAS_DOMAIN]->(b)