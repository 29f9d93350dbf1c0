// purpose: Who holds now what an ended company last held.
// params: id string
// returns: id string, identifiers int
MATCH
  (old:Company {id: $id})-[:HELD]->(i:Identifier)-[:RESOLVES_TO]->(e:Company)
RETURN e.id AS id, count(DISTINCT i.id) AS identifiers
ORDER BY identifiers DESC, id