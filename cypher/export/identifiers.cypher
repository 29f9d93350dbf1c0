// purpose: All identifiers, with what was derived of them.
// returns: id string, kind string, scope string, value string, standing string, standing_reason
// string, domain_class string, base string, component string
MATCH (i:Identifier)
RETURN
  i.id AS id,
  i.kind AS kind,
  i.scope AS scope,
  i.value AS value,
  i.standing AS standing,
  i.standing_reason AS standing_reason,
  i.domain_class AS domain_class,
  i.base AS base,
  i.component AS component