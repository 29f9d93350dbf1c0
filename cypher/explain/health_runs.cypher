// purpose: The figures of health that runs noted, the newest first.
// params: limit int
// returns: run int, as_of_ms int, health string
MATCH (r:Run)
WHERE r.health <> ''
RETURN r.seq AS run, r.as_of_ms AS as_of_ms, r.health AS health
ORDER BY run DESC
LIMIT $limit