// purpose: Note that an activity, or an exposure, carries an identifier.
// params: rows list<map{id string, active bool, exposed bool}>
UNWIND $rows AS row
MATCH (n:Identifier {id: row.id})
SET n.active = row.active, n.exposed = row.exposed, n :Dirty