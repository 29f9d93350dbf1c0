// purpose: Take identifiers off events.
// params: rows list<map{id string, identifier string}>
UNWIND $rows AS row
MATCH (e:Event {id: row.id})-[r:BY|TOWARDS]->(i:Identifier {id: row.identifier})
DELETE r