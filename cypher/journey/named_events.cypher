// purpose: Events of some names, with who did them.
// params: names list<string>
// returns: id string, event_name string, at_ms int, value_minor int, currency string, identifier
// string, kind string
MATCH (e:Event)-[:BY]->(i:Identifier)
WHERE e.event_name IN $names
RETURN
  e.id AS id,
  e.event_name AS event_name,
  e.at_ms AS at_ms,
  e.value_minor AS value_minor,
  e.currency AS currency,
  i.id AS identifier,
  i.kind AS kind