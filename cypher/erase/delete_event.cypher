// purpose: Delete events.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (e:Event {id: row.id})
DETACH DELETE e