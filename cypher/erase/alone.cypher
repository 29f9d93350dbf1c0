// purpose: Which identifiers nothing speaks of any more, once others and their facts are gone.
// params: ids list<string>, gone list<string>, events list<string>, consents list<string>,
// decisions list<string>
// returns: id string
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
WHERE
  NOT i:Record AND
  NOT EXISTS {
    MATCH
      (i)-
        [:SAME_PERSON|SAME_COMPANY|WORKS_AT|FOR_ACCOUNT|HAS_CONTACT|PARENT_OF]-
      (o:Identifier)
    WHERE NOT o.id IN $gone
  } AND
  NOT EXISTS {
    MATCH (i)<-[:HAS_DOMAIN]-(o:Identifier)
    WHERE NOT o.id IN $gone
  } AND
  NOT EXISTS {
    MATCH (i)<-[:BY|TOWARDS]-(e:Event)
    WHERE NOT e.id IN $events
  } AND
  NOT EXISTS {
    MATCH (i)<-[:OF]-(c:Consent)
    WHERE NOT c.id IN $consents
  } AND
  NOT EXISTS {
    MATCH (i)<-[:ABOUT]-(d:Decision)
    WHERE NOT d.id IN $decisions
  }
RETURN i.id AS id
ORDER BY id