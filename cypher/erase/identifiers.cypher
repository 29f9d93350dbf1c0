// purpose: What identifiers are, for an erasure: their standing and component.
// params: ids list<string>
// returns: id string, component string, standing string, record bool
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
RETURN
  i.id AS id,
  i.component AS component,
  i.standing AS standing,
  i:Record AS record
ORDER BY id