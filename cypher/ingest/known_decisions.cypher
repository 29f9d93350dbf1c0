// purpose: Tell which decisions are there.
// params: ids list<string>
// returns: id string, run int, withdrawn bool
UNWIND $ids AS id
MATCH (d:Decision {id: id})
RETURN d.id AS id, d.run AS run, d.withdrawn AS withdrawn