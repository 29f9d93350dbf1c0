// purpose: Refused evidence by constraint.
// returns: constraint string, refused int
MATCH (:Identifier)-[r:REFUSED]->(:Identifier)
RETURN r.constraint AS constraint, count(r) AS refused
ORDER BY constraint