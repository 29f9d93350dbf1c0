// purpose: The living contacts that hold identifiers.
// params: ids list<string>
// returns: identifier string, id string
UNWIND $ids AS id
MATCH (i:Identifier {id: id})-[:RESOLVES_TO]->(e:Contact)
WHERE e.state = 'live' AND id IN e.held
RETURN DISTINCT id AS identifier, e.id AS id