// purpose: Whether events other than some still carry identifiers.
// params: ids list<string>, events list<string>
// returns: id string, active bool, exposed bool
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
RETURN
  i.id AS id,
  EXISTS {
    MATCH (i)<-[:BY]-(e:Event)
    WHERE NOT e.id IN $events
  } AS active,
  EXISTS {
    MATCH (i)<-[:TOWARDS]-(e:Event)
    WHERE NOT e.id IN $events
  } AS exposed
ORDER BY id