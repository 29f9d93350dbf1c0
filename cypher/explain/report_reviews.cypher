// purpose: What waits for a person, by question, with the value at stake.
// returns: question string, reviews int, value_minor int
MATCH (r:Review)
RETURN
  r.question AS question,
  count(r) AS reviews,
  sum(coalesce(r.value_minor, 0)) AS value_minor
ORDER BY value_minor DESC, reviews DESC, question