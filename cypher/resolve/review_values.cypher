// purpose: The value at risk of all questions, as it is noted.
// returns: id string, question string, subjects list<string>, score float, value_minor int
MATCH (r:Review)
RETURN
  r.id AS id,
  r.question AS question,
  r.subjects AS subjects,
  r.score AS score,
  r.value_minor AS value_minor