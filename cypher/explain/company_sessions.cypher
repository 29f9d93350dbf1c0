// purpose: The sessions and exposures of a company: its members' while they were members, and
// what is known of the company alone; in order.
// params: id string
// returns: id string, at_ms int, end_ms int, kind string, channel string, source string,
// campaign string, landing_path string, events int, people list<string>
MATCH (o:Company {id: $id})
CALL (o) {
  MATCH
    (o)<-[m:MEMBER_OF]-
    (c:Contact)<-[r:RESOLVES_TO]-
    (:Identifier)<-[:BY|TOWARDS]-
    (s:Session)
  WHERE
    coalesce(m.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(m.until_ms, s.at_ms + 1) AND
    coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
  RETURN s AS s, c.name AS person
    UNION
  MATCH (o)<-[r:RESOLVES_TO]-(i:Identifier)<-[:BY|TOWARDS]-(s:Session)
  WHERE
    coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(r.until_ms, s.at_ms + 1) AND
    (NOT i:Domain OR
      NOT EXISTS {
        MATCH (s)-[:BY|TOWARDS]->(:Identifier)-[k:RESOLVES_TO]->(:Contact)
        WHERE
          coalesce(k.from_ms, s.at_ms) <= s.at_ms AND
          s.at_ms < coalesce(k.until_ms, s.at_ms + 1)
      })
  RETURN s AS s, null AS person
}
WITH DISTINCT s, person
ORDER BY person
WITH s, collect(person) AS people
RETURN
  s.id AS id,
  s.at_ms AS at_ms,
  s.end_ms AS end_ms,
  s.kind AS kind,
  s.channel AS channel,
  s.source AS source,
  s.campaign AS campaign,
  s.landing_path AS landing_path,
  s.events AS events,
  people AS people
ORDER BY at_ms, s.source_seq, id