// purpose: How many identifiers were touched since they were last resolved.
// returns: identifiers int
MATCH (i:Dirty)
RETURN count(i) AS identifiers