// purpose: All decisions that hold.
// returns: id string, action string, left string, right string, actor string, reason string,
// at_ms int, source string, row int, state string
MATCH (d:Decision)
RETURN
  d.id AS id,
  d.action AS action,
  d.left AS left,
  d.right AS right,
  d.actor AS actor,
  d.reason AS reason,
  d.at_ms AS at_ms,
  d.source AS source,
  d.row AS row,
  d.state AS state