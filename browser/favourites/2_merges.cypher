// Merges: contacts with several records
// purpose: the ten contacts that hold the most records, and the evidence that joined those
// params:
// returns: identifiers path, evidence path
MATCH (record:Record)-[:RESOLVES_TO]->(contact:Contact)
WITH contact, count(record) AS records
WHERE records > 1
ORDER BY records DESC, contact.id
LIMIT 10
MATCH identifiers = (contact)<-[:RESOLVES_TO]-(identifier:Identifier)
OPTIONAL MATCH
  evidence = (identifier)-[:SAME_PERSON]-(:Identifier)-[:RESOLVES_TO]->(contact)
RETURN identifiers, evidence