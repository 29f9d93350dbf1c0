// purpose: All rows and fields that were set aside.
// returns: id string, code string, message string, fix string, source string, file string, row
// int, column string, scope string, masked string, run int
MATCH (q:Quarantine)
RETURN
  q.id AS id,
  q.code AS code,
  q.message AS message,
  q.fix AS fix,
  q.source AS source,
  q.file AS file,
  q.row AS row,
  q.column AS column,
  q.scope AS scope,
  q.masked AS masked,
  q.run AS run