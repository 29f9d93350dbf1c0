// purpose: What a merge of two domains brought together: contacts, sessions, stages and value that
// hang on each domain alone, and on the company that both stand for now (row '(together)').
// params: old string, new string
// returns: part string, company string, contacts int, sessions int, stages int, value_minor int
CALL () {
  UNWIND [$old, $new] AS part
  OPTIONAL MATCH (d:Identifier {id: part})
  CALL (d) {
    OPTIONAL MATCH (d)<-[:HAS_DOMAIN]-(:Identifier)-[:RESOLVES_TO]->(k:Contact)
    RETURN collect(DISTINCT k) AS people
  }
  CALL (d) {
    OPTIONAL MATCH (d)-[e:SAME_COMPANY]-(a:Identifier)
    WHERE NOT e.withdrawn AND NOT a:Domain
    WITH d, collect(DISTINCT a) AS joined
    RETURN joined + [d] AS accounts
  }
  OPTIONAL MATCH (d)-[:RESOLVES_TO]->(o:Company)
  RETURN part AS part, o.id AS company, people AS people, accounts AS accounts
    UNION ALL
  MATCH
    (:Identifier {id: $old})-[:RESOLVES_TO]->
    (o:Company)<-[:RESOLVES_TO]-
    (:Identifier {id: $new})
  WITH DISTINCT o
  CALL (o) {
    OPTIONAL MATCH (o)<-[:MEMBER_OF]-(k:Contact)
    RETURN collect(DISTINCT k) AS people
  }
  CALL (o) {
    MATCH (o)<-[:RESOLVES_TO]-(a:Identifier)
    RETURN collect(DISTINCT a) AS accounts
  }
  RETURN
    '(together)' AS part,
    o.id AS company,
    people AS people,
    accounts AS accounts
}
CALL (people, accounts) {
  UNWIND people AS k
  MATCH (k)<-[:RESOLVES_TO]-(:Identifier)<-[:BY|TOWARDS]-(s:Session)
  RETURN s
    UNION
  UNWIND accounts AS a
  MATCH (a)<-[:BY|TOWARDS]-(s:Session)
  RETURN s
    UNION
  RETURN null AS s
}
WITH part, company, people, accounts, count(DISTINCT s.id) AS sessions
CALL (people, accounts) {
  UNWIND people AS k
  MATCH (k)<-[:RESOLVES_TO]-(:Identifier)<-[:OF]-(g:Stage)
  RETURN g
    UNION
  UNWIND accounts AS a
  MATCH (a)<-[:OF]-(g:Stage)
  RETURN g
    UNION
  UNWIND accounts AS a
  MATCH (a)<-[f:FOR_ACCOUNT]-(:Identifier)<-[:OF]-(g:Stage)
  WHERE f.until_ms IS NULL AND NOT f.withdrawn
  RETURN g
    UNION
  RETURN null AS g
}
WITH
  part,
  company,
  size(people) AS contacts,
  sessions,
  count(DISTINCT g.id) AS stages,
  collect(DISTINCT {id: g.id, value: coalesce(g.value_base, 0)}) AS values
RETURN
  part AS part,
  company AS company,
  contacts AS contacts,
  sessions AS sessions,
  stages AS stages,
  reduce(t = 0, v IN values | t + v.value) AS value_minor
ORDER BY part