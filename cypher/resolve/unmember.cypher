// purpose: Remove memberships.
// params: rows list<map{contact string, company string, key string}>
UNWIND $rows AS row
MATCH (c:Contact {id: row.contact})-[m:MEMBER_OF]->(o:Company {id: row.company})
WHERE m.key = row.key
DELETE m