// purpose: Companies that skipped a stage of the funnel, or reached two in the wrong order. kinds:
// the funnel in its order.
// params: kinds list<string>
// returns: company string, name string, problem string, earlier string, later string, earlier_ms
// int, later_ms int
MATCH (g:Stage)-[:OF]->(i:Identifier)
WHERE g.kind IN $kinds
CALL (g, i) {
  MATCH (i)-[:RESOLVES_TO]->(o:Company)
  RETURN o
    UNION
  MATCH (i)-[f:FOR_ACCOUNT]->(:Identifier)-[:RESOLVES_TO]->(o:Company)
  WHERE f.until_ms IS NULL AND NOT f.withdrawn
  RETURN o
    UNION
  MATCH (i)-[r:RESOLVES_TO]->(:Contact)-[m:MEMBER_OF]->(o:Company)
  WHERE
    coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(r.until_ms, g.at_ms + 1) AND
    coalesce(m.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(m.until_ms, g.at_ms + 1)
  RETURN o
}
WITH o, g.kind AS kind, min(g.at_ms) AS first_ms
WITH o, collect({kind: kind, at_ms: first_ms}) AS firsts
UNWIND range(0, size($kinds) - 2) AS n
WITH
  o,
  $kinds[n] AS earlier,
  $kinds[n + 1] AS later,
  head([x IN firsts WHERE x.kind = $kinds[n]]).at_ms AS earlier_ms,
  head([x IN firsts WHERE x.kind = $kinds[n + 1]]).at_ms AS later_ms
WHERE later_ms IS NOT NULL AND (earlier_ms IS NULL OR earlier_ms > later_ms)
RETURN
  o.id AS company,
  o.name AS name,
  CASE
    WHEN earlier_ms IS NULL THEN 'skipped'
    ELSE 'out of order'
  END AS problem,
  earlier AS earlier,
  later AS later,
  earlier_ms AS earlier_ms,
  later_ms AS later_ms
ORDER BY problem, earlier, name, company