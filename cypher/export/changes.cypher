// purpose: The change feed.
// returns: seq int, change string, subject string, before string, after string, cause string,
// at_ms int, run int
MATCH (c:Change)
RETURN
  c.seq AS seq,
  c.change AS change,
  c.subject AS subject,
  c.before AS before,
  c.after AS after,
  c.cause AS cause,
  c.at_ms AS at_ms,
  c.run AS run