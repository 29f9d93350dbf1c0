// purpose: The stages of a company: its own, those of its deals, and those of its members.
// params: id string
// returns: id string, name string, kind string, at_ms int, value_base int, identifier string
MATCH (o:Company {id: $id})
CALL (o) {
  MATCH (o)<-[:RESOLVES_TO]-(:Identifier)<-[:OF]-(g:Stage)
  RETURN g AS g
    UNION
  MATCH
    (o)<-[:RESOLVES_TO]-
    (:Identifier)<-[f:FOR_ACCOUNT]-
    (:Identifier)<-[:OF]-
    (g:Stage)
  WHERE f.until_ms IS NULL AND NOT f.withdrawn
  RETURN g AS g
    UNION
  MATCH
    (o)<-[m:MEMBER_OF]-
    (:Contact)<-[r:RESOLVES_TO]-
    (:Identifier)<-[:OF]-
    (g:Stage)
  WHERE
    coalesce(m.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(m.until_ms, g.at_ms + 1) AND
    coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(r.until_ms, g.at_ms + 1)
  RETURN g AS g
}
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