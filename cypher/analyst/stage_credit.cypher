// purpose: What each session earned of a stage by a model, in order, and why.
// params: stage string, model string
// returns: session string, at_ms int, kind string, channel string, campaign string, position int,
// milestones list<string>, weight float, value_minor int, reason string
MATCH (s:Session)-[c:CREDITED]->(g:Stage {id: $stage})
WHERE c.model = $model AND c.until_run IS NULL
OPTIONAL MATCH (s)-[j:IN_JOURNEY]->(g)
RETURN
  s.id AS session,
  s.at_ms AS at_ms,
  s.kind AS kind,
  s.channel AS channel,
  s.campaign AS campaign,
  j.position AS position,
  j.milestones AS milestones,
  c.weight AS weight,
  c.value_minor AS value_minor,
  c.reason AS reason
ORDER BY position, session