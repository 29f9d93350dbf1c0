// purpose: Sessions that a contact gained when its anonymous visitors became known: per anonymous
// id, when evidence first joined it, and what it did before.
// params: contact string
// returns: anonymous string, known_ms int, sessions_before int, sessions_after int, first_ms int
MATCH (:Contact {id: $contact})<-[:RESOLVES_TO]-(a:Identifier)
WHERE a:AnonymousId
MATCH (a)-[e:SAME_PERSON]-(:Identifier)
WHERE NOT e.withdrawn
WITH a, min(e.first_seen_ms) AS known_ms
MATCH (s:Session)-[:BY]->(a)
RETURN
  a.id AS anonymous,
  known_ms AS known_ms,
  sum(
    CASE
      WHEN s.at_ms < known_ms THEN 1
      ELSE 0
    END) AS sessions_before,
  sum(
    CASE
      WHEN s.at_ms >= known_ms THEN 1
      ELSE 0
    END) AS sessions_after,
  min(s.at_ms) AS first_ms
ORDER BY sessions_before DESC, anonymous