// purpose: Write what is left of records that named somebody.
// params: rows list<map{id string, history string, field_history string, attributes map}>
UNWIND $rows AS row
MATCH (r:Identifier {id: row.id})
SET r.history = row.history, r.field_history = row.field_history, r :Dirty
SET r += row.attributes