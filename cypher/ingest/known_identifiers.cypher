// purpose: Tell which identifiers are there, and whether events carry them.
// params: ids list<string>
// returns: id string, active bool, exposed bool
UNWIND $ids AS id
MATCH (n:Identifier {id: id})
RETURN n.id AS id, n.active AS active, n.exposed AS exposed