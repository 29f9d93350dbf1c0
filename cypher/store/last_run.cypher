// purpose: Find the newest run.
// returns: seq int, as_of_ms int, config_hash string, rules_hash string, stages list<string>,
// counts string, minted int, changes int, health string
MATCH (r:Run)
RETURN
  r.seq AS seq,
  r.as_of_ms AS as_of_ms,
  r.config_hash AS config_hash,
  r.rules_hash AS rules_hash,
  r.stages AS stages,
  r.counts AS counts,
  r.minted AS minted,
  r.changes AS changes,
  r.health AS health
ORDER BY seq DESC
LIMIT 1