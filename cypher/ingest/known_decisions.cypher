// purpose: Tell which decisions are there.
// params: ids list<string>
// returns: id string
UNWIND $ids AS id
MATCH (d:Decision {id: id})
RETURN d.id AS id