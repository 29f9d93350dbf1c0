// purpose: Suggestions of some blocks.
// params: blocks list<string>
// returns: id string, name string, question string, summary string, subjects list<string>,
// candidates string, method string, score float, composition string, block string
UNWIND $blocks AS block
MATCH (r:Review)
WHERE r.block = block
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