// purpose: The host of every e-mail.
// returns: email string, domain string
MATCH (a:Identifier)-[:HAS_DOMAIN]->(b:Identifier)
RETURN a.id AS email, b.id AS domain