// purpose: What companies did, or what was shown to them, without a known person: visits and
// exposures of a period by company.
// params: from_month string, to_month string
// returns: company string, name string, kind string, visits int, exposures int, first_ms int,
// last_ms int
MATCH (o:Company)<-[r:RESOLVES_TO]-(:Identifier)<-[:BY|TOWARDS]-(s:Session)
WHERE
  s.month >= $from_month AND
  s.month <= $to_month AND
  coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
  s.at_ms < coalesce(r.until_ms, s.at_ms + 1) AND
  NOT EXISTS {
    MATCH (s)-[:BY|TOWARDS]->(:Identifier)-[x:RESOLVES_TO]->(:Contact)
    WHERE
      coalesce(x.from_ms, s.at_ms) <= s.at_ms AND
      s.at_ms < coalesce(x.until_ms, s.at_ms + 1)
  }
WITH DISTINCT o, s
WITH
  o,
  sum(
    CASE
      WHEN s.kind = 'activity' THEN 1
      ELSE 0
    END) AS visits,
  sum(
    CASE
      WHEN s.kind = 'exposure' THEN 1
      ELSE 0
    END) AS exposures,
  min(s.at_ms) AS first_ms,
  max(s.at_ms) AS last_ms
RETURN
  o.id AS company,
  o.name AS name,
  o.kind AS kind,
  visits AS visits,
  exposures AS exposures,
  first_ms AS first_ms,
  last_ms AS last_ms
ORDER BY visits DESC, exposures DESC, name, company