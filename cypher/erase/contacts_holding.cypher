// purpose: The contacts, living or ended, that hold identifiers or held them.
// params: ids list<string>
// returns: id string, state string, home string, held list<string>
MATCH (e:Contact)
WHERE
  e.home IN $ids OR
  any(identifier IN coalesce(e.held, []) WHERE identifier IN $ids)
RETURN e.id AS id, e.state AS state, e.home AS home, e.held AS held
ORDER BY id