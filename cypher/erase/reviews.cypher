// purpose: The questions about identifiers.
// params: ids list<string>
// returns: id string, subjects list<string>
UNWIND $ids AS id
MATCH (:Identifier {id: id})<-[:CONCERNS]-(r:Review)
RETURN DISTINCT r.id AS id, r.subjects AS subjects
ORDER BY id