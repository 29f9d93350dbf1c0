// purpose: All credit that is kept: of now, and of the state before.
// returns: stage string, session string, model string, key string, run int, until_run int,
// weight float, value_minor int, reason string
MATCH (s:Session)-[c:CREDITED]->(g:Stage)
RETURN
  g.id AS stage,
  s.id AS session,
  c.model AS model,
  c.key AS key,
  c.run AS run,
  c.until_run AS until_run,
  c.weight AS weight,
  c.value_minor AS value_minor,
  c.reason AS reason