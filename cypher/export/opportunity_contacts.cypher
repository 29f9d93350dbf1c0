// purpose: Who takes part in opportunities.
// returns: src string, dst string, role string, primary bool
MATCH (a:Opportunity)-[r:HAS_CONTACT]->(b:Identifier)
WHERE r.until_ms IS NULL AND NOT r.withdrawn
RETURN a.id AS src, b.id AS dst, r.role AS role, r.primary AS primary