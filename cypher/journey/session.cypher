// purpose: Create sessions that are not there yet.
// params: rows list<map{id string, name string, at_ms int, end_ms int, month string, kind
// string, events int, channel string, paid bool, source string, medium string, campaign string, content
// string, country string, landing_host string, landing_path string, source_seq int}>
UNWIND $rows AS row
OPTIONAL MATCH (known:Session {id: row.id})
WITH row, known
WHERE known IS NULL
CREATE
  (:Session
    {
      id: row.id,
      name: row.name,
      at_ms: row.at_ms,
      end_ms: row.end_ms,
      month: row.month,
      kind: row.kind,
      events: row.events,
      channel: row.channel,
      paid: row.paid,
      source: row.source,
      medium: row.medium,
      campaign: row.campaign,
      content: row.content,
      country: row.country,
      landing_host: row.landing_host,
      landing_path: row.landing_path,
      source_seq: row.source_seq
    })