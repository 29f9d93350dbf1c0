// purpose: All sessions.
// returns: id string, kind string, at_ms int, end_ms int, month string, events int, channel
// string, source string, medium string, campaign string, content string, country string,
// landing_host string, landing_path string
MATCH (s:Session)
RETURN
  s.id AS id,
  s.kind AS kind,
  s.at_ms AS at_ms,
  s.end_ms AS end_ms,
  s.month AS month,
  s.events AS events,
  s.channel AS channel,
  s.source AS source,
  s.medium AS medium,
  s.campaign AS campaign,
  s.content AS content,
  s.country AS country,
  s.landing_host AS landing_host,
  s.landing_path AS landing_path