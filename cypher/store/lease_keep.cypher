// purpose: Keep the right to write for longer; no row where another has taken it since. The first
// SET locks the node before the token is looked at.
// params: rows list<map{id string, holder string, token int, ttl_ms int}>
// returns: token int
UNWIND $rows AS row
MATCH (l:Lease {id: row.id})
SET l.asked_by = row.holder
WITH l, row
WHERE l.token = row.token
SET l.until_ms = datetime().epochMillis + row.ttl_ms
RETURN l.token AS token