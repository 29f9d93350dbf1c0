// purpose: Write what is left of rows of the change feed; their numbers and kinds stay.
// params: rows list<map{id string, subject string, before string, after string, cause string}>
UNWIND $rows AS row
MATCH (c:Change {id: row.id})
SET
  c.subject = row.subject,
  c.before = row.before,
  c.after = row.after,
  c.cause = row.cause