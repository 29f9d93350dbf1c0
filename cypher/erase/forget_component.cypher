// purpose: Forget the component of identifiers; the resolver finds it anew.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.id})
SET i.component = null