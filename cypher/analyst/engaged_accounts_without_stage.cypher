// purpose: Companies with sessions in a period that never reached a kind of stage: the intent list.
// params: stage_kind string, min_sessions int, from_month string, to_month string
// returns: company string, name string, kind string, sessions int, contacts int, channels
// list<string>, last_ms int
MATCH (o:Company)
WHERE
  o.state = 'live' AND
  NOT EXISTS {
    MATCH (o)<-[:RESOLVES_TO]-(:Identifier)<-[:OF]-(g:Stage)
    WHERE g.kind = $stage_kind
  } AND
  NOT EXISTS {
    MATCH
      (o)<-[:RESOLVES_TO]-
      (:Identifier)<-[f:FOR_ACCOUNT]-
      (:Identifier)<-[:OF]-
      (g:Stage)
    WHERE g.kind = $stage_kind AND f.until_ms IS NULL AND NOT f.withdrawn
  } AND
  NOT EXISTS {
    MATCH
      (o)<-[:MEMBER_OF]-
      (:Contact)<-[:RESOLVES_TO]-
      (:Identifier)<-[:OF]-
      (g:Stage)
    WHERE g.kind = $stage_kind
  }
CALL (o) {
  MATCH
    (o)<-[m:MEMBER_OF]-
    (k:Contact)<-[r:RESOLVES_TO]-
    (:Identifier)<-[:BY]-
    (s:Session)
  WHERE
    coalesce(m.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(m.until_ms, s.at_ms + 1) AND
    coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
  RETURN s, k.id AS contact
    UNION
  MATCH (o)<-[r:RESOLVES_TO]-(i:Identifier)<-[:BY]-(s:Session)
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
  RETURN s, null AS contact
}
WITH o, s, contact
WHERE s.month >= $from_month AND s.month <= $to_month
WITH o, s.channel AS channel, s, contact
ORDER BY channel
WITH
  o,
  count(DISTINCT s.id) AS sessions,
  count(DISTINCT contact) AS contacts,
  collect(DISTINCT channel) AS channels,
  max(s.at_ms) AS last_ms
WHERE sessions >= $min_sessions
RETURN
  o.id AS company,
  o.name AS name,
  o.kind AS kind,
  sessions AS sessions,
  contacts AS contacts,
  channels AS channels,
  last_ms AS last_ms
ORDER BY sessions DESC, name, company