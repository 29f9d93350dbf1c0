// Reviews: what waits for a person
// purpose: open reviews, those with the most value at stake first, and what they are about
// params:
// returns: concerns path, entities path
MATCH (review:Review)
WITH review
ORDER BY coalesce(review.value_minor, 0) DESC, review.id
LIMIT 25
MATCH concerns = (review)-[:CONCERNS]->(identifier:Identifier)
OPTIONAL MATCH entities = (identifier)-[:RESOLVES_TO]->()
RETURN concerns, entities