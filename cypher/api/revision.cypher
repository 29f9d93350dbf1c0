// purpose: How far runs and the change feed have come; of runs from a number on.
// params: since int
// returns: run int, changes int
MATCH (r:Run)
WHERE r.seq >= $since
RETURN max(r.seq) AS run, max(r.changes) AS changes