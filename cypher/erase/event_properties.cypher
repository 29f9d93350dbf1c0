// purpose: Empty what a source said freely of events.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (e:Event {id: row.id})
SET e.properties = null