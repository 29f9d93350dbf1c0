// purpose: Days from one kind of stage to another, by the channel that the later one's journey
// began with. Stages of one record belong together; else the first earlier stage of the company.
// params: from_kind string, to_kind string
// returns: channel string, pairs int, median_days float, p90_days float
MATCH (g:Stage)-[:OF]->(i:Identifier)
WHERE g.kind IN [$from_kind, $to_kind]
CALL (g, i) {
  MATCH (i)-[r:RESOLVES_TO]->(o:Company)
  RETURN o.id AS company
    UNION
  MATCH (i)-[f:FOR_ACCOUNT]->(:Identifier)-[:RESOLVES_TO]->(o:Company)
  WHERE f.until_ms IS NULL AND NOT f.withdrawn
  RETURN o.id AS company
    UNION
  MATCH (i)-[r:RESOLVES_TO]->(:Contact)-[m:MEMBER_OF]->(o:Company)
  WHERE
    coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(r.until_ms, g.at_ms + 1) AND
    coalesce(m.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(m.until_ms, g.at_ms + 1)
  RETURN o.id AS company
    UNION
  RETURN i.id AS company
}
WITH
  company,
  collect({id: g.id, kind: g.kind, at_ms: g.at_ms, of: i.id}) AS reached
UNWIND [x IN reached WHERE x.kind = $to_kind] AS later
UNWIND
  [x IN reached WHERE x.kind = $from_kind AND x.at_ms <= later.at_ms] AS earlier
WITH
  later.id AS id,
  later.at_ms AS at_ms,
  min(
    CASE
      WHEN earlier.of = later.of THEN earlier.at_ms
    END) AS own,
  min(earlier.at_ms) AS first
MATCH (g:Stage {id: id})
OPTIONAL MATCH (s:Session)-[j:IN_JOURNEY]->(g)
WHERE j.position = 1
WITH
  coalesce(s.channel, '(no journey)') AS channel,
  toFloat(at_ms - coalesce(own, first)) / 86400000 AS days
ORDER BY days
WITH channel, collect(days) AS days
RETURN
  channel AS channel,
  size(days) AS pairs,
  days[(size(days) + 1) / 2 - 1] AS median_days,
  days[(9 * size(days) + 9) / 10 - 1] AS p90_days
ORDER BY pairs DESC, channel