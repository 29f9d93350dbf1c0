// purpose: The decisions about identifiers.
// params: ids list<string>
// returns: id string, left string, right string
UNWIND $ids AS id
MATCH (:Identifier {id: id})<-[:ABOUT]-(d:Decision)
RETURN DISTINCT d.id AS id, d.left AS left, d.right AS right
ORDER BY id