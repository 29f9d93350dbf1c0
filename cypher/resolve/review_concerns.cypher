// purpose: Connect questions with the identifiers that they are about.
// params: rows list<map{id string, identifier string}>
UNWIND $rows AS row
MATCH (r:Review {id: row.id})
MATCH (i:Identifier {id: row.identifier})
MERGE (r)-[:CONCERNS]->(i)