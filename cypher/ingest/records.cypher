// purpose: Fetch what is known of records.
// params: ids list<string>
// returns: id string, source string, object string, history string
UNWIND $ids AS id
MATCH (n:Identifier {id: id})
WHERE n:Record
RETURN n.id AS id, n.source AS source, n.object AS object, n.history AS history