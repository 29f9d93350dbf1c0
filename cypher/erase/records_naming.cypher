// purpose: Records whose versions name something.
// params: needles list<string>
// returns: id string, history string, field_history string
UNWIND $needles AS needle
MATCH (r:Identifier)
WHERE
  r:Record AND
  (toLower(coalesce(r.history, '')) CONTAINS needle OR
    toLower(coalesce(r.field_history, '')) CONTAINS needle)
RETURN DISTINCT
  r.id AS id,
  r.history AS history,
  r.field_history AS field_history
ORDER BY id