// purpose: Evidence that comes in to some identifiers.
// params: ids list<string>
// returns: edge string, src string, dst string, key string, rule string, source string,
// record string, observations int, first_seen_ms int, last_seen_ms int, from_ms int, until_ms int,
// withdrawn bool
UNWIND $ids AS id
MATCH (a:Identifier)-[r:SAME_PERSON|SAME_COMPANY]->(b:Identifier {id: id})
WHERE
  NOT r.rule IN [
    'decision.same_person',
    'decision.same_company',
    'workspace.domain'
  ]
RETURN
  type(r) AS edge,
  a.id AS src,
  b.id AS dst,
  r.key AS key,
  r.rule AS rule,
  r.source AS source,
  r.record AS record,
  r.observations AS observations,
  r.first_seen_ms AS first_seen_ms,
  r.last_seen_ms AS last_seen_ms,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms,
  r.withdrawn AS withdrawn