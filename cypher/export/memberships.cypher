// purpose: All memberships of contacts in companies.
// returns: contact_id string, company_id string, via string, primary bool, source string, role
// string, from_ms int, until_ms int
MATCH (c:Contact)-[r:MEMBER_OF]->(o:Company)
RETURN
  c.id AS contact_id,
  o.id AS company_id,
  r.via AS via,
  r.primary AS primary,
  r.source AS source,
  r.role AS role,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms