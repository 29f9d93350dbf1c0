// purpose: What became of one entity, oldest first.
// params: id string
// returns: seq int, change string, before string, after string, run int
MATCH (c:Change {subject: $id})
RETURN
  c.seq AS seq,
  c.change AS change,
  c.before AS before,
  c.after AS after,
  c.run AS run
ORDER BY seq