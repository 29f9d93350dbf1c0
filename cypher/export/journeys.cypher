// purpose: The sessions before each stage.
// returns: stage_id string, session_id string, position int, from_end int, milestones
// list<string>
MATCH (s:Session)-[r:IN_JOURNEY]->(g:Stage)
RETURN
  g.id AS stage_id,
  s.id AS session_id,
  r.position AS position,
  r.from_end AS from_end,
  r.milestones AS milestones