// purpose: Share of a list of target accounts (identifiers: domains, CRM accounts) that any session
// or exposure of a period reached, by channel.
// params: accounts list<string>, from_month string, to_month string
// returns: channel string, targets int, touched int, share float, sessions int
UNWIND $accounts AS account
OPTIONAL MATCH (:Identifier {id: account})-[:RESOLVES_TO]->(o:Company)
WITH DISTINCT coalesce(o.id, account) AS target
WITH collect(target) AS targets
UNWIND targets AS target
WITH targets, target
MATCH (o:Company {id: target})
CALL (o) {
  MATCH
    (o)<-[m:MEMBER_OF]-
    (:Contact)<-[r:RESOLVES_TO]-
    (:Identifier)<-[:BY|TOWARDS]-
    (s:Session)
  WHERE
    coalesce(m.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(m.until_ms, s.at_ms + 1) AND
    coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
  RETURN s
    UNION
  MATCH (o)<-[r:RESOLVES_TO]-(i:Identifier)<-[:BY|TOWARDS]-(s:Session)
  WHERE
    coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(r.until_ms, s.at_ms + 1) AND
    (NOT i:Domain OR
      NOT EXISTS {
        MATCH (s)-[:BY|TOWARDS]->(:Identifier)-[x:RESOLVES_TO]->(:Contact)
        WHERE
          coalesce(x.from_ms, s.at_ms) <= s.at_ms AND
          s.at_ms < coalesce(x.until_ms, s.at_ms + 1)
      })
  RETURN s
}
WITH targets, target, s
WHERE s.month >= $from_month AND s.month <= $to_month
UNWIND [s.channel, '(any)'] AS channel
WITH
  size(targets) AS targets,
  channel,
  count(DISTINCT target) AS touched,
  count(DISTINCT s.id) AS sessions
RETURN
  channel AS channel,
  targets AS targets,
  touched AS touched,
  toFloat(touched) / targets AS share,
  sessions AS sessions
ORDER BY touched DESC, channel