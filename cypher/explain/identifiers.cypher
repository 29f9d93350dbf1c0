// purpose: What identifiers are, what they stand for, and which component they are in.
// params: ids list<string>
// returns: id string, name string, kind string, object string, source string, record bool,
// deleted bool, merged_into string, component string, standing string, standing_reason string,
// domain_class string, base string, active bool
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
RETURN
  i.id AS id,
  i.name AS name,
  i.kind AS kind,
  i.object AS object,
  i.source AS source,
  i:Record AS record,
  i.deleted AS deleted,
  i.merged_into AS merged_into,
  i.component AS component,
  i.standing AS standing,
  i.standing_reason AS standing_reason,
  i.domain_class AS domain_class,
  i.base AS base,
  i.active AS active