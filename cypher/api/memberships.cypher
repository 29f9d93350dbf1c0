// purpose: The companies of contacts.
// params: ids list<string>
// returns: contact string, company string, via string, primary bool, from_ms int, until_ms int
UNWIND $ids AS id
MATCH (c:Contact {id: id})-[m:MEMBER_OF]->(o:Company)
RETURN
  c.id AS contact,
  o.id AS company,
  m.via AS via,
  m.primary AS primary,
  m.from_ms AS from_ms,
  m.until_ms AS until_ms
ORDER BY contact, primary DESC, via, company, from_ms