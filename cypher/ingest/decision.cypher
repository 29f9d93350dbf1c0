// purpose: Write decisions; a decision is never edited.
// params: rows list<map{id string, name string, action string, left string, right string,
// actor string, reason string, at_ms int, expires_ms int, valid_from_ms int, source string,
// row int, supersedes string, withdrawn bool, run int}>
UNWIND $rows AS row
MERGE (d:Decision {id: row.id})
SET
  d.name = row.name,
  d.action = row.action,
  d.left = row.left,
  d.right = row.right,
  d.actor = row.actor,
  d.reason = row.reason,
  d.at_ms = row.at_ms,
  d.expires_ms = row.expires_ms,
  d.valid_from_ms = row.valid_from_ms,
  d.source = row.source,
  d.row = row.row,
  d.supersedes = row.supersedes,
  d.withdrawn = row.withdrawn,
  d.run = row.run