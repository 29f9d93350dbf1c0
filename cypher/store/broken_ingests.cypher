// purpose: Find the runs that did not come to the end of reading, or never read.
// returns: seq int
MATCH (r:Run)
WHERE NOT 'ingest' IN coalesce(r.stages, [])
RETURN r.seq AS seq