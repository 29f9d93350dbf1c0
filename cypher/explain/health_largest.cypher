// purpose: The largest components.
// params: limit int
// returns: component string, size int
MATCH (i:Identifier)
WHERE i.component IS NOT NULL
WITH i.component AS component, count(i) AS size
RETURN component AS component, size AS size
ORDER BY size DESC, component
LIMIT $limit