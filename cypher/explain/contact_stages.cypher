// purpose: The stages of a contact: those it reached, and those of deals it takes part in.
// params: id string
// returns: id string, name string, kind string, at_ms int, value_base int, identifier string
MATCH (c:Contact {id: $id})<-[r:RESOLVES_TO]-(i:Identifier)
CALL (i) {
  MATCH (i)<-[:OF]-(g:Stage)
  RETURN g AS g
    UNION
  MATCH (i)<-[h:HAS_CONTACT]-(:Identifier)<-[:OF]-(g:Stage)
  WHERE h.until_ms IS NULL AND NOT h.withdrawn
  RETURN g AS g
}
WITH g, r
WHERE
  coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
  g.at_ms < coalesce(r.until_ms, g.at_ms + 1)
WITH DISTINCT g
MATCH (g)-[:OF]->(own:Identifier)
RETURN
  g.id AS id,
  g.name AS name,
  g.kind AS kind,
  g.at_ms AS at_ms,
  g.value_base AS value_base,
  own.id AS identifier
ORDER BY at_ms, id