// purpose: List the quarantine rows of files.
// params: files list<string>
// returns: id string
MATCH (q:Quarantine)
WHERE q.file IN $files
RETURN q.id AS id