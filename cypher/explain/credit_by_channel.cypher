// purpose: Credit that holds now, by model, stage kind and channel.
// returns: model string, stage_kind string, channel string, value_minor int, weight float
MATCH (s:Session)-[c:CREDITED]->(g:Stage)
WHERE c.until_run IS NULL
RETURN
  c.model AS model,
  g.kind AS stage_kind,
  coalesce(s.channel, s.kind) AS channel,
  sum(c.value_minor) AS value_minor,
  sum(c.weight) AS weight
ORDER BY model, stage_kind, channel