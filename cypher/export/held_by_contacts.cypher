// purpose: What ids of contacts that live no more last held.
// returns: id string, identifier string
MATCH (e:Contact)-[:HELD]->(i:Identifier)
WHERE e.state <> 'live'
RETURN e.id AS id, i.id AS identifier