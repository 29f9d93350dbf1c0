// purpose: Fetch the content hashes of events.
// params: ids list<string>
// returns: id string, run int, content_hash string
UNWIND $ids AS id
MATCH (e:Event {id: id})
RETURN e.id AS id, e.run AS run, e.content_hash AS content_hash