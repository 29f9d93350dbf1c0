// purpose: The identifiers that acted in events.
// returns: id string, identifier string, kind string
MATCH (e:Event)-[:BY]->(i:Identifier)
RETURN e.id AS id, i.id AS identifier, i.kind AS kind