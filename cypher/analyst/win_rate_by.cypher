// purpose: Win rate by the channel with which the journey of a kind of stage began, of stages
// reached in a period long enough ago to be decided. Won: the record, else its company, reached the
// other kind at that time or later.
// params: stage_kind string, won_kind string, from_month string, to_month string
// returns: channel string, reached int, won int, win_rate float
MATCH (g:Stage)-[:OF]->(i:Identifier)
WHERE g.kind IN [$stage_kind, $won_kind]
CALL (g, i) {
  MATCH (i)-[:RESOLVES_TO]->(o:Company)
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
  collect({
    id: g.id,
    kind: g.kind,
    at_ms: g.at_ms,
    month: g.month,
    of: i.id,
    object: i.object
  }) AS reached
WITH
  [x IN reached WHERE x.kind = $won_kind] AS wins,
  [
    x IN reached
    WHERE
      x.kind = $stage_kind AND x.month >= $from_month AND x.month <= $to_month
  ] AS bases
UNWIND bases AS base
WITH
  base.id AS id,
  max(
    CASE
      WHEN size([w IN wins WHERE w.of = base.of]) > 0 THEN 1
      WHEN
        base.object <> 'opportunity' AND
        size([w IN wins WHERE w.at_ms >= base.at_ms]) > 0
        THEN 1
      ELSE 0
    END) AS won
MATCH (g:Stage {id: id})
OPTIONAL MATCH (s:Session)-[j:IN_JOURNEY]->(g)
WHERE j.position = 1
WITH
  coalesce(s.channel, '(no journey)') AS channel,
  count(g) AS reached,
  sum(won) AS won
RETURN
  channel AS channel,
  reached AS reached,
  won AS won,
  toFloat(won) / reached AS win_rate
ORDER BY reached DESC, channel