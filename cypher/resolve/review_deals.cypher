// purpose: What each identifier that reached a stage is worth, lost deals left out.
// returns: identifier string, value_minor int
MATCH (g:Stage)-[:OF]->(i:Identifier)
WHERE
  g.value_base > 0 AND
  NOT (coalesce(i.closed, false) AND NOT coalesce(i.won, false))
RETURN i.id AS identifier, max(g.value_base) AS value_minor