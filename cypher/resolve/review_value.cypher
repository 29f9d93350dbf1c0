// purpose: Note the value at risk of questions.
// params: rows list<map{id string, value_minor int}>
UNWIND $rows AS row
MATCH (r:Review {id: row.id})
SET r.value_minor = row.value_minor