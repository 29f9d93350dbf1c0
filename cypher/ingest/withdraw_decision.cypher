// purpose: Take decisions back, or let them hold again, with who did and when.
// params: rows list<map{id string, withdrawn bool, withdrawn_by string, withdrawn_ms int}>
UNWIND $rows AS row
MATCH (d:Decision {id: row.id})
SET
  d.withdrawn = row.withdrawn,
  d.withdrawn_by = row.withdrawn_by,
  d.withdrawn_ms = row.withdrawn_ms