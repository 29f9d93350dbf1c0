// purpose: Tell which consents are there.
// params: ids list<string>
// returns: id string, run int
UNWIND $ids AS id
MATCH (c:Consent {id: id})
RETURN c.id AS id, c.run AS run