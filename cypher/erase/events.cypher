// purpose: The events that carry identifiers, with all that each of them carries.
// params: ids list<string>
// returns: id string, at_ms int, nature string, source string, relation string, identifier string
UNWIND $ids AS id
MATCH (:Identifier {id: id})<-[:BY|TOWARDS]-(e:Event)
WITH DISTINCT e
MATCH (e)-[r:BY|TOWARDS]->(i:Identifier)
RETURN
  e.id AS id,
  e.at_ms AS at_ms,
  e.nature AS nature,
  e.source AS source,
  type(r) AS relation,
  i.id AS identifier
ORDER BY id, relation, identifier