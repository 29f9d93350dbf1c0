// purpose: On a private copy: leave decisions out.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH (d:Decision {id: row.id})
SET d.withdrawn = true