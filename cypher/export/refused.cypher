// purpose: All evidence that was not allowed to merge.
// returns: src string, dst string, key string, rule string, source string, constraint string,
// reason string
MATCH (a:Identifier)-[r:REFUSED]->(b:Identifier)
RETURN
  a.id AS src,
  b.id AS dst,
  r.key AS key,
  r.rule AS rule,
  r.source AS source,
  r.constraint AS constraint,
  r.reason AS reason