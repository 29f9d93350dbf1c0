// purpose: Delete identifiers, with every fact and everything derived that hangs on them.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.id})
DETACH DELETE i