// purpose: The rows of the change feed after a number.
// params: seq int
// returns: seq int, change string, subject string, before string, after string, cause string,
// run int
MATCH (c:Change)
WHERE c.seq > $seq
RETURN
  c.seq AS seq,
  c.change AS change,
  c.subject AS subject,
  c.before AS before,
  c.after AS after,
  c.cause AS cause,
  c.run AS run
ORDER BY seq