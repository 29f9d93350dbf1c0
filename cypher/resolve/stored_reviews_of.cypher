// purpose: Questions that are about some identifiers.
// params: ids list<string>
// returns: id string, name string, question string, summary string, subjects list<string>,
// candidates string, method string, score float, composition string, block string
UNWIND $ids AS id
MATCH (r:Review)-[:CONCERNS]->(i:Identifier {id: id})
WITH DISTINCT r
RETURN
  r.id AS id,
  r.name AS name,
  r.question AS question,
  r.summary AS summary,
  r.subjects AS subjects,
  r.candidates AS candidates,
  r.method AS method,
  r.score AS score,
  r.composition AS composition,
  r.block AS block