// purpose: Whose opportunities are.
// returns: src string, dst string
MATCH (a:Opportunity)-[r:FOR_ACCOUNT]->(b:Identifier)
WHERE r.until_ms IS NULL AND NOT r.withdrawn
RETURN a.id AS src, b.id AS dst