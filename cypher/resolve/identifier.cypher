// purpose: Write what is derived of identifiers.
// params: rows list<map{id string, component string, standing string, standing_reason string,
// domain_class string, list_version string, base string}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.id})
SET
  i.component = row.component,
  i.standing = row.standing,
  i.standing_reason = row.standing_reason,
  i.domain_class = row.domain_class,
  i.list_version = row.list_version,
  i.base = row.base