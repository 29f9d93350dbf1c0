// purpose: Write what is derived of identifiers: the values that differ from what is there.
// params: rows list<map{id string, values map}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.id})
SET i += row.values