// purpose: Which companies that live were split off a company.
// params: id string
// returns: id string
MATCH (e:Company {id: $id})<-[:SPLIT_FROM]-(part:Company)
WHERE part.state = 'live'
RETURN DISTINCT part.id AS id
ORDER BY id