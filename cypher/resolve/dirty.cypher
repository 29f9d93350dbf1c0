// purpose: Identifiers that were touched since they were last resolved.
// returns: id string
MATCH (i:Dirty)
RETURN i.id AS id