// purpose: How much evidence there is that was not taken back.
// returns: evidence int
MATCH (:Identifier)-[r:SAME_PERSON|SAME_COMPANY]->(:Identifier)
WHERE NOT coalesce(r.withdrawn, false)
RETURN count(r) AS evidence