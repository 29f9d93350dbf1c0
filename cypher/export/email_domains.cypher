// purpose: The hosts of e-mail addresses.
// returns: email string, domain string
MATCH (e:Identifier)-[:HAS_DOMAIN]->(d:Identifier)
RETURN e.id AS email, d.id AS domain