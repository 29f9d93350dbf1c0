// purpose: How many nodes there are.
// returns: nodes int
MATCH (n)
RETURN count(n) AS nodes