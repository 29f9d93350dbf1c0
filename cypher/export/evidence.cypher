// purpose: All evidence of one contact or one company.
// returns: src string, dst string, edge string, key string, rule string, rule_version int,
// evidence_class string, method string, source string, record string, observations int,
// first_seen_ms int, last_seen_ms int, from_ms int, until_ms int, withdrawn bool, run int,
// ended_run int
MATCH (a:Identifier)-[r:SAME_PERSON|SAME_COMPANY]->(b:Identifier)
RETURN
  a.id AS src,
  b.id AS dst,
  type(r) AS edge,
  r.key AS key,
  r.rule AS rule,
  r.rule_version AS rule_version,
  r.evidence_class AS evidence_class,
  r.method AS method,
  r.source AS source,
  r.record AS record,
  r.observations AS observations,
  r.first_seen_ms AS first_seen_ms,
  r.last_seen_ms AS last_seen_ms,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms,
  r.withdrawn AS withdrawn,
  r.run AS run,
  r.ended_run AS ended_run