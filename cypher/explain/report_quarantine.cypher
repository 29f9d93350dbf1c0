// purpose: How much could not be used, by what was wrong, with the first place.
// returns: code string, scope string, places int, file string, row int, message string
MATCH (q:Quarantine)
WITH q
ORDER BY q.file, q.row, q.column, q.id
WITH q.code AS code, q.scope AS scope, collect(q) AS all_of_it
RETURN
  code AS code,
  scope AS scope,
  size(all_of_it) AS places,
  head(all_of_it).file AS file,
  head(all_of_it).row AS row,
  head(all_of_it).message AS message
ORDER BY places DESC, code, scope