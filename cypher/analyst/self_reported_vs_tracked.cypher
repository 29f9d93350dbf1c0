// purpose: Where the CRM says that a stage's record came from, against the channel that its journey
// began with.
// params: stage_kind string
// returns: reported string, tracked string, stages int, value_minor int
MATCH (g:Stage)-[:OF]->(i:Identifier)
WHERE g.kind = $stage_kind
OPTIONAL MATCH (s:Session)-[j:IN_JOURNEY]->(g)
WHERE j.position = 1
WITH
  coalesce(i.lead_source, '(not said)') AS reported,
  coalesce(s.channel, '(no journey)') AS tracked,
  count(g) AS stages,
  sum(coalesce(g.value_base, 0)) AS value_minor
RETURN
  reported AS reported,
  tracked AS tracked,
  stages AS stages,
  value_minor AS value_minor
ORDER BY reported, stages DESC, tracked