// purpose: All stages with their values.
// returns: id string, kind string, at_ms int, value_base int
MATCH (g:Stage)
RETURN g.id AS id, g.kind AS kind, g.at_ms AS at_ms, g.value_base AS value_base