// purpose: Which contacts that live were split off a contact.
// params: id string
// returns: id string
MATCH (e:Contact {id: $id})<-[:SPLIT_FROM]-(part:Contact)
WHERE part.state = 'live'
RETURN DISTINCT part.id AS id
ORDER BY id