// purpose: Live companies with records of several sources: how much they hold, and which
// constraints refused evidence of theirs or of their contacts.
// returns: company string, label string, systems int, identifiers int, contacts int, refused
// list<string>
MATCH (i:Identifier)-[:RESOLVES_TO]->(o:Company)
WHERE o.state = 'live'
WITH o, count(DISTINCT i.source) AS systems, count(DISTINCT i.id) AS identifiers
WHERE systems > 1
CALL (o) {
  OPTIONAL MATCH (o)<-[:MEMBER_OF]-(k:Contact)
  RETURN count(DISTINCT k.id) AS contacts
}
CALL (o) {
  MATCH (o)<-[:RESOLVES_TO]-(:Identifier)-[x:REFUSED]-(:Identifier)
  RETURN x.constraint AS constraint
    UNION
  MATCH
    (o)<-[:MEMBER_OF]-
    (:Contact)<-[:RESOLVES_TO]-
    (:Identifier)-[x:REFUSED]-
    (:Identifier)
  RETURN x.constraint AS constraint
    UNION
  RETURN null AS constraint
}
WITH o, systems, identifiers, contacts, constraint
ORDER BY constraint
WITH o, systems, identifiers, contacts, collect(DISTINCT constraint) AS refused
RETURN
  o.id AS company,
  o.cluster_label AS label,
  systems AS systems,
  identifiers AS identifiers,
  contacts AS contacts,
  refused AS refused
ORDER BY label