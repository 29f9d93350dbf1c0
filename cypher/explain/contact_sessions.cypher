// purpose: The sessions and exposures of a contact, in order.
// params: id string
// returns: id string, at_ms int, end_ms int, kind string, channel string, source string,
// campaign string, landing_path string, events int, people list<string>
MATCH
  (c:Contact {id: $id})<-[r:RESOLVES_TO]-
  (:Identifier)<-[:BY|TOWARDS]-
  (s:Session)
WHERE
  coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
  s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
WITH DISTINCT c, s
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
  [c.name] AS people
ORDER BY at_ms, s.source_seq, id