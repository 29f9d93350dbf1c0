// purpose: All sessions.
// returns: id string, name string, at_ms int, end_ms int, month string, kind string, events int,
// channel string, paid bool, source string, medium string, campaign string, content string, country string,
// landing_host string, landing_path string, source_seq int
MATCH (s:Session)
RETURN
  s.id AS id,
  s.name AS name,
  s.at_ms AS at_ms,
  s.end_ms AS end_ms,
  s.month AS month,
  s.kind AS kind,
  s.events AS events,
  s.channel AS channel,
  s.paid AS paid,
  s.source AS source,
  s.medium AS medium,
  s.campaign AS campaign,
  s.content AS content,
  s.country AS country,
  s.landing_host AS landing_host,
  s.landing_path AS landing_path,
  s.source_seq AS source_seq