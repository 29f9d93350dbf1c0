// purpose: Take identifiers off a company.
// params: rows list<map{identifier string, entity string, key string}>
UNWIND $rows AS row
MATCH
  (i:Identifier {id: row.identifier})-[r:RESOLVES_TO]->
  (e:Company {id: row.entity})
WHERE r.key = row.key
DELETE r