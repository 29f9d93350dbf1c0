// purpose: The accounts of opportunities.
// returns: opportunity string, account string
MATCH (o:Opportunity)-[r:FOR_ACCOUNT]->(a:Identifier)
WHERE r.until_ms IS NULL AND NOT r.withdrawn
RETURN o.id AS opportunity, a.id AS account