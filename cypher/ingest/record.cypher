// purpose: Write what is known of records, the values that differ from what is there; they count as
// read.
// params: rows list<map{id string, values map}>
UNWIND $rows AS row
MATCH (n:Identifier {id: row.id})
SET n :Record :Dirty
SET n += row.values