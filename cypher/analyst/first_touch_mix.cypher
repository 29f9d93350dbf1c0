// purpose: With which channel the journeys of a kind of stage began, by the month of the stage.
// params: stage_kind string
// returns: month string, channel string, stages int, share float, value_minor int
MATCH (g:Stage)
WHERE g.kind = $stage_kind
OPTIONAL MATCH (s:Session)-[j:IN_JOURNEY]->(g)
WHERE j.position = 1
WITH
  g.month AS month,
  coalesce(s.channel, '(no journey)') AS channel,
  count(g) AS stages,
  sum(coalesce(g.value_base, 0)) AS value_minor
WITH
  month,
  sum(stages) AS whole,
  collect({channel: channel, stages: stages, value_minor: value_minor}) AS parts
UNWIND parts AS part
RETURN
  month AS month,
  part.channel AS channel,
  part.stages AS stages,
  toFloat(part.stages) / whole AS share,
  part.value_minor AS value_minor
ORDER BY month, stages DESC, channel