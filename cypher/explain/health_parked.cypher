// purpose: Activities that carry an ambiguous domain, or an address on one, and are no company's.
// returns: session string, events int
MATCH (d:Identifier)
WHERE d.kind = 'domain' AND d.standing = 'ambiguous'
MATCH (s:Session)-[:BY]->(d)
WHERE
  s.kind = 'activity' AND
  NOT EXISTS {
    MATCH (s)-[:BY]->(:Identifier)-[:RESOLVES_TO]->(:Company)
  } AND
  NOT EXISTS {
    MATCH
      (s)-[:BY]->
      (:Identifier)-[:RESOLVES_TO]->
      (:Contact)-[:MEMBER_OF]->
      (:Company)
  }
RETURN DISTINCT s.id AS session, s.events AS events
  UNION
MATCH (d:Identifier)
WHERE d.kind = 'domain' AND d.standing = 'ambiguous'
MATCH (s:Session)-[:BY]->(:Identifier)-[:HAS_DOMAIN]->(d)
WHERE
  s.kind = 'activity' AND
  NOT EXISTS {
    MATCH (s)-[:BY]->(:Identifier)-[:RESOLVES_TO]->(:Company)
  } AND
  NOT EXISTS {
    MATCH
      (s)-[:BY]->
      (:Identifier)-[:RESOLVES_TO]->
      (:Contact)-[:MEMBER_OF]->
      (:Company)
  }
RETURN DISTINCT s.id AS session, s.events AS events