// purpose: Count the events that carry two identifiers and nothing stronger than the first: the
// support of tracking evidence.
// params: rows list<map{a string, kind string, stronger list<string>, b string, source string,
// alias bool}>
// returns: a string, b string, source string, alias bool, record string, observations int,
// first_seen_ms int, last_seen_ms int
UNWIND $rows AS row
MATCH
  (a:Identifier {id: row.a})<-[:BY]-(e:Event)-[:BY]->(b:Identifier {id: row.b})
WHERE
  e.source = row.source AND
  (e.nature = 'alias') = row.alias AND
  NOT EXISTS {
    MATCH (e)-[:BY]->(c:Identifier)
    WHERE c.kind IN row.stronger OR (c.kind = row.kind AND c.id < row.a)
  }
WITH row, e
ORDER BY e.at_ms, e.id
RETURN
  row.a AS a,
  row.b AS b,
  row.source AS source,
  row.alias AS alias,
  head(collect(e.id)) AS record,
  count(e) AS observations,
  min(e.at_ms) AS first_seen_ms,
  max(e.at_ms) AS last_seen_ms