// purpose: The sessions of events.
// params: ids list<string>
// returns: id string
UNWIND $ids AS id
MATCH (e:Event)<-[:HAS_EVENT]-(s:Session)
WHERE e.id = id
RETURN DISTINCT s.id AS id
ORDER BY id