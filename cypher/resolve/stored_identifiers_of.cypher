// purpose: What was derived of some identifiers.
// params: ids list<string>
// returns: id string, component string, standing string, standing_reason string,
// domain_class string, list_version string, base string
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
RETURN
  i.id AS id,
  i.component AS component,
  i.standing AS standing,
  i.standing_reason AS standing_reason,
  i.domain_class AS domain_class,
  i.list_version AS list_version,
  i.base AS base