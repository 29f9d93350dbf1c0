// purpose: Write sessions.
// params: rows list<map{id string, name string, at_ms int, end_ms int, month string, kind
// string, events int, channel string, paid bool, source string, medium string, campaign string, content
// string, country string, landing_host string, landing_path string, source_seq int}>
UNWIND $rows AS row
MERGE (s:Session {id: row.id})
SET
  s.name = row.name,
  s.at_ms = row.at_ms,
  s.end_ms = row.end_ms,
  s.month = row.month,
  s.kind = row.kind,
  s.events = row.events,
  s.channel = row.channel,
  s.paid = row.paid,
  s.source = row.source,
  s.medium = row.medium,
  s.campaign = row.campaign,
  s.content = row.content,
  s.country = row.country,
  s.landing_host = row.landing_host,
  s.landing_path = row.landing_path,
  s.source_seq = row.source_seq