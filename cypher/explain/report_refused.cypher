// purpose: How much evidence each constraint refused.
// returns: constraint string, edges int
MATCH (:Identifier)-[r:REFUSED]->(:Identifier)
RETURN r.constraint AS constraint, count(r) AS edges
ORDER BY edges DESC, constraint