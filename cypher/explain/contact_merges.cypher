// purpose: The contacts that were merged into one, and what they last held.
// params: id string
// returns: id string, name string, held list<string>, ended_run int
MATCH (old:Contact)-[:MERGED_INTO]->(e:Contact {id: $id})
RETURN
  old.id AS id,
  old.name AS name,
  old.held AS held,
  old.ended_run AS ended_run
ORDER BY ended_run, id