// purpose: Credit that holds now, by model, stage kind and channel, and the part from open deals.
// returns: model string, stage_kind string, channel string, value_minor int, open_minor int
MATCH (s:Session)-[c:CREDITED]->(g:Stage)-[:OF]->(i:Identifier)
WHERE c.until_run IS NULL
RETURN
  c.model AS model,
  g.kind AS stage_kind,
  coalesce(s.channel, s.kind) AS channel,
  sum(c.value_minor) AS value_minor,
  sum(
    CASE
      WHEN
        i.object = 'opportunity' AND
        NOT coalesce(i.closed, false) AND
        NOT coalesce(i.won, false)
        THEN coalesce(c.value_minor, 0)
      ELSE 0
    END) AS open_minor
ORDER BY model, stage_kind, channel