// purpose: Delete consents.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (c:Consent {id: row.id})
DETACH DELETE c