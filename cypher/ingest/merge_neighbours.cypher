// purpose: Find the records that merges connect with records.
// params: ids list<string>
// returns: id string
UNWIND $ids AS id
MATCH (a:Identifier {id: id})-[r:SAME_PERSON|SAME_COMPANY]-(b:Identifier)
WHERE r.rule IN ['crm.merge_person', 'crm.merge_company'] AND b:Record
RETURN DISTINCT b.id AS id