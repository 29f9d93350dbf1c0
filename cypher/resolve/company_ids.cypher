// purpose: Which values of declared kinds records of companies carry.
// params: kinds list<string>
// returns: src string, dst string, kind string
UNWIND $kinds AS kind
MATCH (b:Identifier)
WHERE b.kind = kind
MATCH (a:Identifier)-[r:SAME_COMPANY]->(b)
WHERE NOT coalesce(r.withdrawn, false) AND r.until_ms IS NULL
RETURN DISTINCT a.id AS src, b.id AS dst, kind AS kind