// purpose: The hosts of some e-mails.
// params: ids list<string>
// returns: email string, domain string
UNWIND $ids AS id
MATCH (a:Identifier {id: id})-[:HAS_DOMAIN]->(b:Identifier)
RETURN a.id AS email, b.id AS domain