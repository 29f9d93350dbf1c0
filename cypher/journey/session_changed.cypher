// purpose: Write sessions that are known with other values.
// params: rows list<map{id string, values map}>
UNWIND $rows AS row
MATCH (s:Session {id: row.id})
SET s += row.values