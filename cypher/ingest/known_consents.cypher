// purpose: Tell which consents are there.
// params: ids list<string>
// returns: id string
UNWIND $ids AS id
MATCH (c:Consent {id: id})
RETURN c.id AS id