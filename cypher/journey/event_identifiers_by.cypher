// purpose: The identifiers that events carry (BY).
// returns: event_id string, identifier string, kind string, object string
MATCH (e:Event)-[:BY]->(i:Identifier)
RETURN e.id AS event_id, i.id AS identifier, i.kind AS kind, i.object AS object