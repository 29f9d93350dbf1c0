// purpose: The n most frequent sequences of channels of companies that never reached a kind of
// stage; neighbours of one channel count once. Companies with a session at quiet_since_ms or later
// are left out: theirs is not over. Channels of without are no steps.
// params: stage_kind string, exposures bool, without list<string>, quiet_since_ms int, n int
// returns: path string, steps int, companies int
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
WITH DISTINCT o, s
WHERE ($exposures OR s.kind <> 'exposure') AND NOT s.channel IN $without
WITH o, s
ORDER BY s.at_ms, s.source_seq, s.id
WITH o, collect(s.channel) AS channels, max(s.at_ms) AS last_ms
WHERE last_ms < $quiet_since_ms
WITH
  o,
  reduce(
    p = [], c IN channels |
      CASE
        WHEN last(p) = c THEN p
        ELSE p + [c]
      END) AS steps
WITH
  reduce(
    t = '', c IN steps |
      CASE t
        WHEN '' THEN c
        ELSE t + ' > ' + c
      END) AS path,
  size(steps) AS steps,
  o.id AS company
WITH path, steps, count(company) AS companies
RETURN path AS path, steps AS steps, companies AS companies
ORDER BY companies DESC, steps, path
LIMIT $n