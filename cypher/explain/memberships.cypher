// purpose: The companies of a contact.
// params: id string
// returns: company string, name string, kind string, primary_crm_id string, via string, primary
// bool, source string, role string, from_ms int, until_ms int
MATCH (c:Contact {id: $id})-[m:MEMBER_OF]->(o:Company)
RETURN
  o.id AS company,
  o.name AS name,
  o.kind AS kind,
  o.primary_crm_id AS primary_crm_id,
  m.via AS via,
  m.primary AS primary,
  m.source AS source,
  m.role AS role,
  m.from_ms AS from_ms,
  m.until_ms AS until_ms
ORDER BY primary DESC, via, company