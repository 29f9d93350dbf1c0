// purpose: How many activities there are in sessions, and how many are of sessions of somebody.
// returns: events int, identified int
MATCH (s:Session)
WHERE s.kind = 'activity'
WITH
  s,
  EXISTS {
    MATCH (s)-[:BY]->(:Identifier)-[:RESOLVES_TO]->(:Contact)
  } AS known
RETURN
  sum(s.events) AS events,
  sum(
    CASE
      WHEN known THEN s.events
      ELSE 0
    END) AS identified