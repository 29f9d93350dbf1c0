// purpose: The events that carry both identifiers of a pair, with all that they carry.
// params: rows list<map{a string, b string}>
// returns: a string, b string, id string, at_ms int, nature string, source string, carried
// list<string>
UNWIND $rows AS row
MATCH
  (:Identifier {id: row.a})<-[:BY]-(e:Event)-[:BY]->(:Identifier {id: row.b})
MATCH (e)-[:BY]->(c:Identifier)
WITH row, e, c
ORDER BY c.id
RETURN
  row.a AS a,
  row.b AS b,
  e.id AS id,
  e.at_ms AS at_ms,
  e.nature AS nature,
  e.source AS source,
  collect(c.id) AS carried