// purpose: Tell which decisions are there.
// params: ids list<string>
// returns: id string, withdrawn bool
UNWIND $ids AS id
MATCH (d:Decision {id: id})
RETURN d.id AS id, d.withdrawn AS withdrawn