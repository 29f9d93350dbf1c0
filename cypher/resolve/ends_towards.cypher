// purpose: Who says evidence of some identifiers; what it says is read apart.
// params: ids list<string>
// returns: src string, dst string
UNWIND $ids AS id
MATCH (a:Identifier)-[r:SAME_PERSON|SAME_COMPANY]->(b:Identifier {id: id})
RETURN a.id AS src, b.id AS dst