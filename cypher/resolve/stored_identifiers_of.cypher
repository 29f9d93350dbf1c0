// purpose: What was derived of some identifiers.
// params: ids list<string>
// returns: id string, component string, standing string, standing_reason string,
// domain_class string, list_version string, base string, name_key string,
// birth_key string, address_key string, mailbox_key string
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
RETURN
  i.id AS id,
  i.component AS component,
  i.standing AS standing,
  i.standing_reason AS standing_reason,
  i.domain_class AS domain_class,
  i.list_version AS list_version,
  i.base AS base,
  i.name_key AS name_key,
  i.birth_key AS birth_key,
  i.address_key AS address_key,
  i.mailbox_key AS mailbox_key