// purpose: How much of the value of a kind of stage any session earned by a model, and why the rest
// did not: no session before the stage, or none that the model sees.
// params: stage_kind string, model string
// returns: reason string, stages int, value_minor int, stage_share float, value_share float
MATCH (g:Stage)
WHERE g.kind = $stage_kind
OPTIONAL MATCH (s:Session)-[c:CREDITED]->(g)
WHERE c.model = $model AND c.until_run IS NULL AND s.kind <> 'unattributed'
WITH
  g,
  count(c) > 0 AS earned,
  EXISTS {
    MATCH (:Session)-[:IN_JOURNEY]->(g)
  } AS met
WITH
  CASE
    WHEN earned THEN 'attributed'
    WHEN met THEN 'no session that the model sees'
    ELSE 'no session before the stage'
  END AS reason,
  count(g) AS stages,
  sum(coalesce(g.value_base, 0)) AS value
WITH
  sum(stages) AS all_stages,
  sum(value) AS all_value,
  collect({reason: reason, stages: stages, value: value}) AS parts
UNWIND parts AS part
RETURN
  part.reason AS reason,
  part.stages AS stages,
  part.value AS value_minor,
  toFloat(part.stages) / all_stages AS stage_share,
  CASE
    WHEN all_value > 0 THEN toFloat(part.value) / all_value
  END AS value_share
ORDER BY reason