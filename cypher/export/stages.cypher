// purpose: All stages, with who reached them.
// returns: id string, name string, kind string, at_ms int, month string, value_minor int,
// currency string, value_base int, fx_rate_id string, of string
MATCH (g:Stage)-[:OF]->(i:Identifier)
RETURN
  g.id AS id,
  g.name AS name,
  g.kind AS kind,
  g.at_ms AS at_ms,
  g.month AS month,
  g.value_minor AS value_minor,
  g.currency AS currency,
  g.value_base AS value_base,
  g.fx_rate_id AS fx_rate_id,
  i.id AS of