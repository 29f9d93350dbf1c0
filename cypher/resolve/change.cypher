// purpose: Append to the change feed.
// params: rows list<map{id string, name string, seq int, change string, subject string,
// before string, after string, cause string, at_ms int, run int}>
UNWIND $rows AS row
MERGE (c:Change {id: row.id})
SET
  c.name = row.name,
  c.seq = row.seq,
  c.change = row.change,
  c.subject = row.subject,
  c.before = row.before,
  c.after = row.after,
  c.cause = row.cause,
  c.at_ms = row.at_ms,
  c.run = row.run