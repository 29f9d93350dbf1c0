// purpose: Connect sessions with their identifiers (BY).
// params: rows list<map{session string, identifier string}>
UNWIND $rows AS row
MATCH (s:Session {id: row.session})
MATCH (i:Identifier {id: row.identifier})
MERGE (s)-[:BY]->(i)