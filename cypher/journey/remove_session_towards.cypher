// purpose: Take identifiers off sessions (TOWARDS).
// params: rows list<map{session string, identifier string}>
UNWIND $rows AS row
MATCH
  (s:Session {id: row.session})-[r:TOWARDS]->(i:Identifier {id: row.identifier})
DELETE r