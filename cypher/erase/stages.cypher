// purpose: The stages that identifiers reached.
// params: ids list<string>
// returns: id string
UNWIND $ids AS id
MATCH (:Identifier {id: id})<-[:OF]-(s:Stage)
RETURN DISTINCT s.id AS id
ORDER BY id