// purpose: Write events that are known with other values.
// params: rows list<map{id string, values map}>
UNWIND $rows AS row
MATCH (e:Event {id: row.id})
SET e += row.values