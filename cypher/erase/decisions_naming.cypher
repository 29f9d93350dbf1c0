// purpose: Decisions that name something in what people wrote.
// params: needles list<string>
// returns: id string, actor string, reason string, withdrawn_by string
UNWIND $needles AS needle
MATCH (d:Decision)
WHERE
  toLower(coalesce(d.reason, '')) CONTAINS needle OR
  toLower(coalesce(d.actor, '')) CONTAINS needle OR
  toLower(coalesce(d.withdrawn_by, '')) CONTAINS needle
RETURN DISTINCT
  d.id AS id,
  d.actor AS actor,
  d.reason AS reason,
  d.withdrawn_by AS withdrawn_by
ORDER BY id