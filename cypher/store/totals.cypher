// purpose: How many contacts and companies live, and how much evidence is refused.
// returns: contacts int, companies int, refused int
OPTIONAL MATCH (c:Contact)
WHERE c.state = 'live'
WITH count(c) AS contacts
OPTIONAL MATCH (o:Company)
WHERE o.state = 'live'
WITH contacts, count(o) AS companies
OPTIONAL MATCH (:Identifier)-[r:REFUSED]->(:Identifier)
RETURN contacts AS contacts, companies AS companies, count(r) AS refused