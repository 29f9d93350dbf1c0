// purpose: Connect identifiers with the company they stand for.
// params: rows list<map{identifier string, entity string, key string, from_ms int,
// until_ms int}>
UNWIND $rows AS row
MATCH (i:Identifier {id: row.identifier})
MATCH (e:Company {id: row.entity})
MERGE (i)-[r:RESOLVES_TO {key: row.key}]->(e)
SET r.from_ms = row.from_ms, r.until_ms = row.until_ms