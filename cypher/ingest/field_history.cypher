// purpose: Write the dated field values of records.
// params: rows list<map{id string, field_history string}>
UNWIND $rows AS row
MATCH (n:Identifier {id: row.id})
SET n.field_history = row.field_history