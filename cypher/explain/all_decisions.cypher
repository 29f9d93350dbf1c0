// purpose: All decisions ever made, with what became of them.
// returns: id string, action string, left string, right string, actor string, reason string,
// at_ms int, expires_ms int, valid_from_ms int, source string, row int, supersedes string,
// withdrawn bool, withdrawn_by string, withdrawn_ms int, state string
MATCH (d:Decision)
RETURN
  d.id AS id,
  d.action AS action,
  d.left AS left,
  d.right AS right,
  d.actor AS actor,
  d.reason AS reason,
  d.at_ms AS at_ms,
  d.expires_ms AS expires_ms,
  d.valid_from_ms AS valid_from_ms,
  d.source AS source,
  d.row AS row,
  d.supersedes AS supersedes,
  d.withdrawn AS withdrawn,
  d.withdrawn_by AS withdrawn_by,
  d.withdrawn_ms AS withdrawn_ms,
  d.state AS state
ORDER BY at_ms, id