// purpose: How many sessions, contacts and channels the journeys of a kind of stage have: mean and
// median over the stages of a period.
// params: stage_kind string, from_month string, to_month string
// returns: measure string, stages int, mean float, median int, most int
MATCH (g:Stage)
WHERE g.kind = $stage_kind AND g.month >= $from_month AND g.month <= $to_month
OPTIONAL MATCH (s:Session)-[:IN_JOURNEY]->(g)
OPTIONAL MATCH (s)-[:BY|TOWARDS]->(:Identifier)-[r:RESOLVES_TO]->(k:Contact)
WHERE
  coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
  s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
WITH
  g,
  count(DISTINCT s.id) AS sessions,
  count(DISTINCT k.id) AS contacts,
  count(DISTINCT s.channel) AS channels
UNWIND [
  {measure: 'sessions', n: sessions},
  {measure: 'contacts', n: contacts},
  {measure: 'channels', n: channels}
] AS one
WITH one.measure AS measure, one.n AS n
ORDER BY n
WITH measure, collect(n) AS counts
RETURN
  measure AS measure,
  size(counts) AS stages,
  toFloat(reduce(t = 0, n IN counts | t + n)) / size(counts) AS mean,
  counts[(size(counts) + 1) / 2 - 1] AS median,
  last(counts) AS most
ORDER BY measure