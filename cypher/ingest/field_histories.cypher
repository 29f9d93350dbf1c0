// purpose: Fetch the dated field values of records.
// params: ids list<string>
// returns: id string, field_history string
UNWIND $ids AS id
MATCH (n:Identifier {id: id})
RETURN n.id AS id, n.field_history AS field_history