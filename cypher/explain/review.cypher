// purpose: A question that waits for a person.
// params: id string
// returns: id string, name string, question string, summary string, subjects list<string>,
// candidates string, method string, score float, value_minor int, composition string
MATCH (r:Review {id: $id})
RETURN
  r.id AS id,
  r.name AS name,
  r.question AS question,
  r.summary AS summary,
  r.subjects AS subjects,
  r.candidates AS candidates,
  r.method AS method,
  r.score AS score,
  r.value_minor AS value_minor,
  r.composition AS composition