// purpose: All memberships.
// returns: contact string, company string, key string, via string, primary bool, source string,
// role string, from_ms int, until_ms int
MATCH (c:Contact)-[m:MEMBER_OF]->(o:Company)
RETURN
  c.id AS contact,
  o.id AS company,
  m.key AS key,
  m.via AS via,
  m.primary AS primary,
  m.source AS source,
  m.role AS role,
  m.from_ms AS from_ms,
  m.until_ms AS until_ms