// purpose: Take identifiers off sessions (BY).
// params: rows list<map{session string, identifier string}>
UNWIND $rows AS row
MATCH (s:Session {id: row.session})-[r:BY]->(i:Identifier {id: row.identifier})
DELETE r