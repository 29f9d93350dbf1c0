// purpose: What identifiers are, and the entities they stand for, one row an interval.
// params: ids list<string>
// returns: id string, source string, record bool, deleted bool, standing string,
// standing_reason string, entity string, from_ms int, until_ms int
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
OPTIONAL MATCH (i)-[r:RESOLVES_TO]->(e)
RETURN
  i.id AS id,
  i.source AS source,
  i:Record AS record,
  i.deleted AS deleted,
  i.standing AS standing,
  i.standing_reason AS standing_reason,
  e.id AS entity,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms
ORDER BY id, entity, from_ms