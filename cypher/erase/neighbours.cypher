// purpose: What identifiers are next to, by any fact between identifiers.
// params: ids list<string>
// returns: id string, standing string
UNWIND $ids AS id
MATCH
  (:Identifier {id: id})-
    [:SAME_PERSON
      |SAME_COMPANY
      |HAS_DOMAIN
      |WORKS_AT
      |FOR_ACCOUNT
      |HAS_CONTACT
      |PARENT_OF]-
  (i:Identifier)
RETURN DISTINCT i.id AS id, i.standing AS standing
ORDER BY id