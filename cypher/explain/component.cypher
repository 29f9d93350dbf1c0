// purpose: Everybody in some components.
// params: components list<string>
// returns: id string
UNWIND $components AS component
MATCH (i:Identifier)
WHERE i.component = component
RETURN i.id AS id