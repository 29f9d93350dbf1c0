// purpose: Write what is left of what people wrote to decisions.
// params: rows list<map{id string, actor string, reason string, withdrawn_by string}>
UNWIND $rows AS row
MATCH (d:Decision {id: row.id})
SET
  d.actor = row.actor,
  d.reason = row.reason,
  d.withdrawn_by = row.withdrawn_by