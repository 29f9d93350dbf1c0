// purpose: Records that stages are read off.
// params: objects list<string>
// returns: id string, object string, source string, created_ms int, deleted bool, merged_into
// string, history string, field_history string, amount_minor int, currency string, close_date_ms
// int, name string
MATCH (i:Identifier)
WHERE i:Record AND i.object IN $objects
RETURN
  i.id AS id,
  i.object AS object,
  i.source AS source,
  i.created_ms AS created_ms,
  i.deleted AS deleted,
  i.merged_into AS merged_into,
  i.history AS history,
  i.field_history AS field_history,
  i.amount_minor AS amount_minor,
  i.currency AS currency,
  i.close_date_ms AS close_date_ms,
  i.name AS name