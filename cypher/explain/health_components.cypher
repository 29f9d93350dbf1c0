// purpose: How many components there are of each size, in identifiers.
// returns: size int, components int
MATCH (i:Identifier)
WHERE i.component IS NOT NULL
WITH i.component AS component, count(i) AS size
RETURN size AS size, count(component) AS components
ORDER BY size DESC