// Refused evidence
// purpose: evidence that was not allowed to merge, and the two entities it would have joined
// params:
// returns: refused path, left_entity path, right_entity path
MATCH refused = (left:Identifier)-[:REFUSED]->(right:Identifier)
WITH refused, left, right
ORDER BY left.id, right.id
LIMIT 50
OPTIONAL MATCH left_entity = (left)-[:RESOLVES_TO]->()
OPTIONAL MATCH right_entity = (right)-[:RESOLVES_TO]->()
RETURN refused, left_entity, right_entity