// purpose: The consents of identifiers, with all that each of them is of.
// params: ids list<string>
// returns: id string, at_ms int, identifier string
UNWIND $ids AS id
MATCH (:Identifier {id: id})<-[:OF]-(c:Consent)
WITH DISTINCT c
MATCH (c)-[:OF]->(i:Identifier)
RETURN c.id AS id, c.at_ms AS at_ms, i.id AS identifier
ORDER BY id, identifier