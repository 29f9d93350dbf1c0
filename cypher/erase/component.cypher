// purpose: The identifiers of components.
// params: components list<string>
// returns: id string, component string
UNWIND $components AS component
MATCH (i:Identifier)
WHERE i.component = component
RETURN i.id AS id, i.component AS component
ORDER BY id