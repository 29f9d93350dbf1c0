// purpose: The hosts below some registrable domains.
// params: bases list<string>
// returns: id string, base string
UNWIND $bases AS base
MATCH (i:Identifier)
WHERE i.base = base
RETURN i.id AS id, i.base AS base