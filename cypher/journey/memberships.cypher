// purpose: Who belongs to which company, and when.
// returns: contact string, company string, from_ms int, until_ms int
MATCH (c:Contact)-[m:MEMBER_OF]->(o:Company)
RETURN
  c.id AS contact,
  o.id AS company,
  m.from_ms AS from_ms,
  m.until_ms AS until_ms