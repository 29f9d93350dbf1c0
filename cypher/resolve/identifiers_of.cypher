// purpose: Some identifiers, for a resolution of a part.
// params: ids list<string>
// returns: id string, kind string, object string, source string, record bool, deleted bool,
// merged_into string, active bool, exposed bool
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
RETURN
  i.id AS id,
  i.kind AS kind,
  i.object AS object,
  i.source AS source,
  i:Record AS record,
  i.deleted AS deleted,
  i.merged_into AS merged_into,
  i.active AS active,
  i.exposed AS exposed