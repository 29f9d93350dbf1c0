// purpose: Who holds now what an ended contact last held.
// params: id string
// returns: id string, identifiers int
MATCH
  (old:Contact {id: $id})-[:HELD]->(i:Identifier)-[r:RESOLVES_TO]->(e:Contact)
WHERE r.until_ms IS NULL
RETURN e.id AS id, count(DISTINCT i.id) AS identifiers
ORDER BY identifiers DESC, id