// purpose: All erasures, the oldest first.
// returns: id string, actor string, reason string, at_ms int, run int, entities list<string>,
// counts string, key_id string, lifted_by string, lifted_ms int
MATCH (e:Erasure)
RETURN
  e.id AS id,
  e.actor AS actor,
  e.reason AS reason,
  e.at_ms AS at_ms,
  e.run AS run,
  e.entities AS entities,
  e.counts AS counts,
  e.key_id AS key_id,
  e.lifted_by AS lifted_by,
  e.lifted_ms AS lifted_ms
ORDER BY id