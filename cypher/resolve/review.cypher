// purpose: Write questions that wait for a person.
// params: rows list<map{id string, name string, question string, summary string,
// subjects list<string>, candidates string, method string, score float, composition string,
// block string}>
UNWIND $rows AS row
MERGE (r:Review {id: row.id})
SET
  r.name = row.name,
  r.question = row.question,
  r.summary = row.summary,
  r.subjects = row.subjects,
  r.candidates = row.candidates,
  r.method = row.method,
  r.score = row.score,
  r.composition = row.composition,
  r.block = row.block