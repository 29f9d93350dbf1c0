// purpose: Write what is derived of identifiers.
// params: rows list<map{id string, component string, standing string, standing_reason string,
// domain_class string, list_version string, base string, name_key string,
// birth_key string, address_key string, mailbox_key string}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.id})
SET
  i.component = row.component,
  i.standing = row.standing,
  i.standing_reason = row.standing_reason,
  i.domain_class = row.domain_class,
  i.list_version = row.list_version,
  i.base = row.base,
  i.name_key = row.name_key,
  i.birth_key = row.birth_key,
  i.address_key = row.address_key,
  i.mailbox_key = row.mailbox_key