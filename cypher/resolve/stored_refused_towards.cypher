// purpose: Refused evidence that comes in to some identifiers.
// params: ids list<string>
// returns: src string, dst string, key string, rule string, source string, constraint string,
// reason string
UNWIND $ids AS id
MATCH (a:Identifier)-[r:REFUSED]->(b:Identifier {id: id})
RETURN
  a.id AS src,
  b.id AS dst,
  r.key AS key,
  r.rule AS rule,
  r.source AS source,
  r.constraint AS constraint,
  r.reason AS reason