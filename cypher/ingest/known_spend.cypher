// purpose: Fetch the content hashes of cost rows.
// params: ids list<string>
// returns: id string, content_hash string
UNWIND $ids AS id
MATCH (s:Spend {id: id})
RETURN s.id AS id, s.content_hash AS content_hash