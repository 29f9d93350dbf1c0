// purpose: Write what could not be used, and why.
// params: rows list<map{id string, name string, code string, message string, fix string,
// source string, file string, row int, column string, scope string, masked string, run int}>
UNWIND $rows AS row
MERGE (q:Quarantine {id: row.id})
SET
  q.name = row.name,
  q.code = row.code,
  q.message = row.message,
  q.fix = row.fix,
  q.source = row.source,
  q.file = row.file,
  q.row = row.row,
  q.column = row.column,
  q.scope = row.scope,
  q.masked = row.masked,
  q.run = row.run