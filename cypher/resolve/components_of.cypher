// purpose: The components that identifiers were found to be in.
// params: ids list<string>
// returns: component string
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
WHERE i.component IS NOT NULL
RETURN DISTINCT i.component AS component