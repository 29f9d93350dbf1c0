// purpose: How many stages of a kind were preceded by exposures of a channel in the days before,
// against those that were not: journeys, value, days from the first session to the stage.
// params: channel string, stage_kind string, days int
// returns: exposed bool, stages int, exposures int, value_minor int, mean_journey_days float
MATCH (g:Stage)
WHERE g.kind = $stage_kind
OPTIONAL MATCH (s:Session)-[:IN_JOURNEY]->(g)
WITH
  g,
  sum(
    CASE
      WHEN
        s.kind = 'exposure' AND
        s.channel = $channel AND
        s.at_ms >= g.at_ms - $days * 86400000
        THEN 1
      ELSE 0
    END) AS exposures,
  min(s.at_ms) AS first_ms
WITH
  exposures > 0 AS exposed,
  count(g) AS stages,
  sum(exposures) AS exposures,
  sum(coalesce(g.value_base, 0)) AS value_minor,
  avg(toFloat(g.at_ms - first_ms) / 86400000) AS mean_journey_days
RETURN
  exposed AS exposed,
  stages AS stages,
  exposures AS exposures,
  value_minor AS value_minor,
  mean_journey_days AS mean_journey_days
ORDER BY exposed DESC