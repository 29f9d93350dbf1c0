// purpose: Take identifiers off a contact.
// params: rows list<map{identifier string, entity string, key string}>
UNWIND $rows AS row
MATCH
  (i:Identifier {id: row.identifier})-[r:RESOLVES_TO]->
  (e:Contact {id: row.entity})
WHERE r.key = row.key
DELETE r