// purpose: Write what became of decisions.
// params: rows list<map{id string, state string}>
UNWIND $rows AS row
MATCH (d:Decision {id: row.id})
SET d.state = row.state