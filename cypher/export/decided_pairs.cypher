// purpose: Old and new values that people decided are one, as far as the decisions hold.
// returns: id string, left string, right string, at_ms int, valid_from_ms int
MATCH (d:Decision)
WHERE d.action = 'same' AND d.state = 'applied'
RETURN
  d.id AS id,
  d.left AS left,
  d.right AS right,
  d.at_ms AS at_ms,
  d.valid_from_ms AS valid_from_ms