// purpose: The touches of all journeys.
// returns: stage string, session string, position int, at_ms int, stage_at_ms int,
// channel string, paid bool, kind string, stage_kind string, value_base int
MATCH (s:Session)-[j:IN_JOURNEY]->(g:Stage)
RETURN
  g.id AS stage,
  s.id AS session,
  j.position AS position,
  s.at_ms AS at_ms,
  g.at_ms AS stage_at_ms,
  s.channel AS channel,
  s.paid AS paid,
  s.kind AS kind,
  g.kind AS stage_kind,
  g.value_base AS value_base