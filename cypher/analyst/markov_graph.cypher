// purpose: How often one channel followed another in journeys, for drawing: from (start) to
// (conversion) in journeys of a kind of stage, to (null) in those of companies without one that
// have been quiet since quiet_since_ms. Neighbours of one channel count once;
// channels of without are no states.
// params: stage_kind string, without list<string>, quiet_since_ms int
// returns: src string, dst string, transitions int
CALL () {
  MATCH (s:Session)-[j:IN_JOURNEY]->(g:Stage)
  WHERE g.kind = $stage_kind AND NOT s.channel IN $without
  WITH g, s, j
  ORDER BY j.position
  WITH g, collect(s.channel) AS channels
  RETURN channels AS channels, '(conversion)' AS ending
    UNION ALL
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
  WHERE NOT s.channel IN $without
  WITH o, s
  ORDER BY s.at_ms, s.source_seq, s.id
  WITH o, collect(s.channel) AS channels, max(s.at_ms) AS last_ms
  WHERE last_ms < $quiet_since_ms
  RETURN channels AS channels, '(null)' AS ending
}
WITH ['(start)'] +
reduce(p = [], c IN channels |
    CASE
      WHEN last(p) = c THEN p
      ELSE p + [c]
    END) +
[ending] AS states
UNWIND range(0, size(states) - 2) AS n
WITH states[n] AS src, states[n + 1] AS dst
WITH src, dst, count(src) AS transitions
RETURN src AS src, dst AS dst, transitions AS transitions
ORDER BY src, transitions DESC, dst