// purpose: Count identifiers.
// returns: identifiers int
MATCH (i:Identifier)
RETURN count(i) AS identifiers