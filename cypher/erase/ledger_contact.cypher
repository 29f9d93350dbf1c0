// purpose: Write what is left of what contacts hold or held.
// params: rows list<map{id string, home string, held list<string>}>
UNWIND $rows AS row
MATCH (e:Contact {id: row.id})
SET e.home = row.home, e.held = row.held