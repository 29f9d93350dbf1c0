// purpose: The tracking evidence of pairs of identifiers.
// params: rows list<map{a string, b string}>
// returns: src string, dst string, key string, rule string, source string
UNWIND $rows AS row
MATCH (a:Identifier {id: row.a})-[r:SAME_PERSON]->(b:Identifier {id: row.b})
WHERE r.rule IN ['web.identify', 'web.alias']
RETURN
  a.id AS src,
  b.id AS dst,
  r.key AS key,
  r.rule AS rule,
  r.source AS source