// purpose: The companies that accounts, workspaces and hosts stand for.
// params: ids list<string>
// returns: id string, label string, company string, kind string, from_ms int, until_ms int,
// standing string, reason string
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
OPTIONAL MATCH (i)-[r:RESOLVES_TO]->(o:Company)
RETURN
  i.id AS id,
  o.cluster_label AS label,
  o.id AS company,
  o.kind AS kind,
  r.from_ms AS from_ms,
  r.until_ms AS until_ms,
  i.standing AS standing,
  i.standing_reason AS reason