// purpose: Evidence between identifiers and others that stand for somebody.
// params: ids list<string>
// returns: id string, other string, entity string, rule string, evidence_class string,
// method string, source string, first_seen_ms int, until_ms int
UNWIND $ids AS id
MATCH
  (i:Identifier {id: id})-[r:SAME_PERSON|SAME_COMPANY]-
  (o:Identifier)-[:RESOLVES_TO]->
  (e)
WHERE NOT coalesce(r.withdrawn, false)
RETURN
  i.id AS id,
  o.id AS other,
  e.id AS entity,
  r.rule AS rule,
  r.evidence_class AS evidence_class,
  r.method AS method,
  r.source AS source,
  r.first_seen_ms AS first_seen_ms,
  r.until_ms AS until_ms