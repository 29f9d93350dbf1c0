// purpose: Who takes part in opportunities.
// returns: opportunity string, contact string, role string, primary bool
MATCH (o:Opportunity)-[r:HAS_CONTACT]->(c:Identifier)
WHERE r.until_ms IS NULL AND NOT r.withdrawn
RETURN
  o.id AS opportunity,
  c.id AS contact,
  r.role AS role,
  r.primary AS primary