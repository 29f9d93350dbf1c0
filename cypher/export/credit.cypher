// purpose: All credit that holds.
// returns: stage_id string, session_id string, model string, weight float, value_minor int,
// reason string, run int
MATCH (s:Session)-[r:CREDITED]->(g:Stage)
WHERE r.until_run IS NULL
RETURN
  g.id AS stage_id,
  s.id AS session_id,
  r.model AS model,
  r.weight AS weight,
  r.value_minor AS value_minor,
  r.reason AS reason,
  r.run AS run