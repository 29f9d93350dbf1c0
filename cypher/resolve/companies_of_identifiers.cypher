// purpose: The companies that identifiers stand for, or that last held them.
// params: ids list<string>
// returns: id string
UNWIND $ids AS id
MATCH (i:Identifier {id: id})-[:RESOLVES_TO]->(e:Company)
RETURN DISTINCT e.id AS id
  UNION
UNWIND $ids AS id
MATCH (i:Identifier {id: id})<-[:HELD]-(e:Company)
RETURN DISTINCT e.id AS id