// purpose: The identifiers that were addressed by events.
// returns: id string, identifier string, kind string
MATCH (e:Event)-[:TOWARDS]->(i:Identifier)
RETURN e.id AS id, i.id AS identifier, i.kind AS kind