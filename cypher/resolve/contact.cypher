// purpose: Write the ledger rows and golden values of contacts: the values that differ from what
// is there.
// params: rows list<map{id string, values map}>
UNWIND $rows AS row
MERGE (e:Contact {id: row.id})
SET e += row.values