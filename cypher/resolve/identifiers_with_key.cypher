// purpose: Identifiers that hold a key by which suggestions are found.
// params: names list<string>, births list<string>, addresses list<string>, mailboxes list<string>
// returns: id string
UNWIND $names AS key
MATCH (i:Identifier)
WHERE i.name_key = key
RETURN i.id AS id
  UNION
UNWIND $births AS key
MATCH (i:Identifier)
WHERE i.birth_key = key
RETURN i.id AS id
  UNION
UNWIND $addresses AS key
MATCH (i:Identifier)
WHERE i.address_key = key
RETURN i.id AS id
  UNION
UNWIND $mailboxes AS key
MATCH (i:Identifier)
WHERE i.mailbox_key = key
RETURN i.id AS id