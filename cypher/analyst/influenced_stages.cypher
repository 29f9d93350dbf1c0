// purpose: How many stages of a kind had a session of a channel in their journey (influence, not
// credit: the channels together exceed the total).
// params: channel string, stage_kind string
// returns: stages int, sessions int, value_minor int, all_stages int, share float
MATCH (g:Stage)
WHERE g.kind = $stage_kind
OPTIONAL MATCH (s:Session)-[:IN_JOURNEY]->(g)
WHERE s.channel = $channel
WITH g, count(s) > 0 AS touched
WITH
  count(g) AS all_stages,
  sum(
    CASE
      WHEN touched THEN 1
      ELSE 0
    END) AS stages,
  sum(
    CASE
      WHEN touched THEN coalesce(g.value_base, 0)
      ELSE 0
    END) AS value_minor
OPTIONAL MATCH (s:Session)-[:IN_JOURNEY]->(g:Stage)
WHERE g.kind = $stage_kind AND s.channel = $channel
WITH stages, value_minor, all_stages, count(DISTINCT s.id) AS sessions
RETURN
  stages AS stages,
  sessions AS sessions,
  value_minor AS value_minor,
  all_stages AS all_stages,
  CASE
    WHEN all_stages > 0 THEN toFloat(stages) / all_stages
  END AS share