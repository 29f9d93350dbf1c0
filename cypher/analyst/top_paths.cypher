// purpose: The n most frequent sequences of channels before a kind of stage; neighbours of one
// channel count once. exposures says whether exposures are steps, too; channels of without are
// none (use of the product, say).
// params: stage_kind string, exposures bool, without list<string>, n int
// returns: path string, steps int, stages int, value_minor int
MATCH (s:Session)-[j:IN_JOURNEY]->(g:Stage)
WHERE
  g.kind = $stage_kind AND
  ($exposures OR s.kind <> 'exposure') AND
  NOT s.channel IN $without
WITH g, s, j
ORDER BY j.position
WITH g, collect(s.channel) AS channels
WITH
  g,
  reduce(
    p = [], c IN channels |
      CASE
        WHEN last(p) = c THEN p
        ELSE p + [c]
      END) AS steps
WITH
  reduce(
    t = '', c IN steps |
      CASE t
        WHEN '' THEN c
        ELSE t + ' > ' + c
      END) AS path,
  size(steps) AS steps,
  coalesce(g.value_base, 0) AS value
WITH path, steps, count(value) AS stages, sum(value) AS value_minor
RETURN
  path AS path,
  steps AS steps,
  stages AS stages,
  value_minor AS value_minor
ORDER BY stages DESC, value_minor DESC, path
LIMIT $n