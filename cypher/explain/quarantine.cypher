// purpose: List the rows and fields that could not be used, and why.
// returns: source string, file string, row int, column string, scope string, code string,
// message string, fix string, masked string, run int
MATCH (q:Quarantine)
RETURN
  q.source AS source,
  q.file AS file,
  q.row AS row,
  q.column AS column,
  q.scope AS scope,
  q.code AS code,
  q.message AS message,
  q.fix AS fix,
  q.masked AS masked,
  q.run AS run
ORDER BY file, row, column, code, q.id