// purpose: Write events.
// params: rows list<map{id string, name string, event_name string, kind string, nature string,
// at datetime, at_ms int, source string, source_seq int, content_hash string, utm_source string,
// utm_medium string, campaign string, content string, referrer_host string, click_id string,
// landing_host string, landing_path string, country string, value_minor int, currency string,
// properties string, run int}>
UNWIND $rows AS row
MERGE (e:Event {id: row.id})
SET
  e.name = row.name,
  e.event_name = row.event_name,
  e.kind = row.kind,
  e.nature = row.nature,
  e.at = row.at,
  e.at_ms = row.at_ms,
  e.source = row.source,
  e.source_seq = row.source_seq,
  e.content_hash = row.content_hash,
  e.utm_source = row.utm_source,
  e.utm_medium = row.utm_medium,
  e.campaign = row.campaign,
  e.content = row.content,
  e.referrer_host = row.referrer_host,
  e.click_id = row.click_id,
  e.landing_host = row.landing_host,
  e.landing_path = row.landing_path,
  e.country = row.country,
  e.value_minor = row.value_minor,
  e.currency = row.currency,
  e.properties = row.properties,
  e.run = row.run