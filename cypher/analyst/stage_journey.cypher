// purpose: All sessions and exposures before a stage, in order, by the walk at read time (the
// oracle of IN_JOURNEY, for journeys without a look-back and without listed_contacts).
// params: stage string
// returns: session string, at_ms int, kind string, channel string, source string, campaign
// string, landing_path string, milestones list<string>, contacts list<string>, people
// list<string>
MATCH (g:Stage {id: $stage})-[:OF]->(own:Identifier)
CALL (g, own) {
  MATCH (own)-[r:RESOLVES_TO]->(company:Company)
  WHERE
    coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(r.until_ms, g.at_ms + 1)
  RETURN company, null AS contact
    UNION
  MATCH (own)-[f:FOR_ACCOUNT]->(:Identifier)-[r:RESOLVES_TO]->(company:Company)
  WHERE
    f.until_ms IS NULL AND
    NOT f.withdrawn AND
    coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(r.until_ms, g.at_ms + 1)
  RETURN company, null AS contact
    UNION
  MATCH (own)-[r:RESOLVES_TO]->(contact:Contact)
  WHERE
    coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(r.until_ms, g.at_ms + 1)
  RETURN null AS company, contact
    UNION
  MATCH (own)-[h:HAS_CONTACT]->(:Identifier)-[r:RESOLVES_TO]->(contact:Contact)
  WHERE
    h.until_ms IS NULL AND
    NOT h.withdrawn AND
    coalesce(r.from_ms, g.at_ms) <= g.at_ms AND
    g.at_ms < coalesce(r.until_ms, g.at_ms + 1) AND
    NOT EXISTS {
      MATCH (own)-[f:FOR_ACCOUNT]->(:Identifier)-[c:RESOLVES_TO]->(:Company)
      WHERE
        f.until_ms IS NULL AND
        NOT f.withdrawn AND
        coalesce(c.from_ms, g.at_ms) <= g.at_ms AND
        g.at_ms < coalesce(c.until_ms, g.at_ms + 1)
    } AND
    NOT EXISTS {
      MATCH (own)-[c:RESOLVES_TO]->(:Company)
      WHERE
        coalesce(c.from_ms, g.at_ms) <= g.at_ms AND
        g.at_ms < coalesce(c.until_ms, g.at_ms + 1)
    }
  RETURN null AS company, contact
}
WITH DISTINCT g, company, contact
CALL (g, company, contact) {
  MATCH (contact)<-[r:RESOLVES_TO]-(:Identifier)<-[:BY|TOWARDS]-(s:Session)
  WHERE
    s.at_ms < g.at_ms AND
    coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
  RETURN s
    UNION
  MATCH
    (company)<-[m:MEMBER_OF]-
    (:Contact)<-[r:RESOLVES_TO]-
    (:Identifier)<-[:BY|TOWARDS]-
    (s:Session)
  WHERE
    s.at_ms < g.at_ms AND
    coalesce(m.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(m.until_ms, s.at_ms + 1) AND
    coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
  RETURN s
    UNION
  MATCH (company)<-[r:RESOLVES_TO]-(i:Identifier)<-[:BY|TOWARDS]-(s:Session)
  WHERE
    s.at_ms < g.at_ms AND
    coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
    s.at_ms < coalesce(r.until_ms, s.at_ms + 1) AND
    (NOT i:Domain OR
      NOT EXISTS {
        MATCH (s)-[:BY|TOWARDS]->(:Identifier)-[k:RESOLVES_TO]->(:Contact)
        WHERE
          coalesce(k.from_ms, s.at_ms) <= s.at_ms AND
          s.at_ms < coalesce(k.until_ms, s.at_ms + 1)
      })
  RETURN s
}
WITH DISTINCT g, s
OPTIONAL MATCH (s)-[:BY|TOWARDS]->(:Identifier)-[r:RESOLVES_TO]->(k:Contact)
WHERE
  coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
  s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
WITH DISTINCT g, s, k
ORDER BY k.name, k.id
WITH g, s, collect(k.id) AS contacts, collect(k.name) AS people
OPTIONAL MATCH (s)-[j:IN_JOURNEY]->(g)
RETURN
  s.id AS session,
  s.at_ms AS at_ms,
  s.kind AS kind,
  s.channel AS channel,
  s.source AS source,
  s.campaign AS campaign,
  s.landing_path AS landing_path,
  coalesce(j.milestones, []) AS milestones,
  contacts AS contacts,
  people AS people
ORDER BY at_ms, s.source_seq, session