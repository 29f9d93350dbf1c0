// purpose: Fetch the edges that records make, those that go out; a merged record also makes the
// evidence that its master inherits.
// params: ids list<string>
// returns: edge string, src string, dst string, key string, rule string, source string, record
// string, observations int, first_seen_ms int, last_seen_ms int, from_ms int, until_ms int,
// withdrawn bool, primary bool, role string
UNWIND $ids AS id
MATCH
  (a:Identifier {id: id})-
    [r:SAME_PERSON|SAME_COMPANY|WORKS_AT|FOR_ACCOUNT|PARENT_OF|HAS_CONTACT]->
  (b:Identifier)
WHERE r.record = id OR (r.rule IS NOT NULL AND r.record STARTS WITH 'crm:')
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
  r.withdrawn AS withdrawn,
  r.primary AS primary,
  r.role AS role