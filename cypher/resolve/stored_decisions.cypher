// purpose: What became of decisions.
// returns: id string, state string
MATCH (d:Decision)
RETURN d.id AS id, d.state AS state