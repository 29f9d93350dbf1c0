// purpose: Append to the change feed.
// params: rows list<map{id string, name string, seq int, change string, subject string,
// before string, after string, cause string, at_ms int, run int}>
UNWIND $rows AS row
OPTIONAL MATCH (known:Change {id: row.id})
WITH row, known
WHERE known IS NULL
CREATE
  (:Change
    {
      id: row.id,
      name: row.name,
      seq: row.seq,
      change: row.change,
      subject: row.subject,
      before: row.before,
      after: row.after,
      cause: row.cause,
      at_ms: row.at_ms,
      run: row.run
    })