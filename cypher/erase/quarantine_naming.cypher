// purpose: Quarantine rows that name something.
// params: needles list<string>
// returns: id string
UNWIND $needles AS needle
MATCH (q:Quarantine)
WHERE
  toLower(coalesce(q.message, '')) CONTAINS needle OR
  toLower(coalesce(q.masked, '')) CONTAINS needle OR
  toLower(coalesce(q.fix, '')) CONTAINS needle
RETURN DISTINCT q.id AS id
ORDER BY id