// purpose: Rows of the change feed, by their ids.
// params: ids list<string>
// returns: seq int, change string, subject string, before string, after string, cause string,
// at_ms int, run int
UNWIND $ids AS id
MATCH (c:Change {id: id})
RETURN
  c.seq AS seq,
  c.change AS change,
  c.subject AS subject,
  c.before AS before,
  c.after AS after,
  c.cause AS cause,
  c.at_ms AS at_ms,
  c.run AS run
ORDER BY seq