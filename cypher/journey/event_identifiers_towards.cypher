// purpose: The identifiers that events carry (TOWARDS).
// returns: event_id string, identifier string, kind string, object string
MATCH (e:Event)-[:TOWARDS]->(i:Identifier)
RETURN e.id AS event_id, i.id AS identifier, i.kind AS kind, i.object AS object