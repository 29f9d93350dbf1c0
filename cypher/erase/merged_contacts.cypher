// purpose: The contacts that were merged into one, however long ago.
// params: id string
// returns: id string
MATCH (old:Contact)-[:MERGED_INTO*1..50]->(:Contact {id: $id})
RETURN DISTINCT old.id AS id
ORDER BY id