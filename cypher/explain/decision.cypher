// purpose: A decision by its id.
// params: id string
// returns: id string, action string, left string, right string
MATCH (d:Decision {id: $id})
RETURN d.id AS id, d.action AS action, d.left AS left, d.right AS right