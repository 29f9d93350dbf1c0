// purpose: All journeys.
// returns: stage string, session string, position int, from_end int, milestones list<string>
MATCH (s:Session)-[j:IN_JOURNEY]->(g:Stage)
RETURN
  g.id AS stage,
  s.id AS session,
  j.position AS position,
  j.from_end AS from_end,
  j.milestones AS milestones