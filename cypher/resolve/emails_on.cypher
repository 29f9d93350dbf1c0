// purpose: The e-mails on some hosts.
// params: ids list<string>
// returns: email string, domain string
UNWIND $ids AS id
MATCH (a:Identifier)-[:HAS_DOMAIN]->(b:Identifier {id: id})
RETURN a.id AS email, b.id AS domain