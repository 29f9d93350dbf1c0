// purpose: Identifiers that hold a key by which suggestions are found, and which.
// params: names list<string>, births list<string>, addresses list<string>, mailboxes list<string>
// returns: kind string, key string, id string
UNWIND $names AS key
MATCH (i:Identifier)
WHERE i.name_key = key
RETURN 'name' AS kind, key AS key, i.id AS id
  UNION
UNWIND $births AS key
MATCH (i:Identifier)
WHERE i.birth_key = key
RETURN 'birth' AS kind, key AS key, i.id AS id
  UNION
UNWIND $addresses AS key
MATCH (i:Identifier)
WHERE i.address_key = key
RETURN 'address' AS kind, key AS key, i.id AS id
  UNION
UNWIND $mailboxes AS key
MATCH (i:Identifier)
WHERE i.mailbox_key = key
RETURN 'mailbox' AS kind, key AS key, i.id AS id