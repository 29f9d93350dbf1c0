// purpose: Create events that are not there yet.
// params: rows list<map{id string, name string, event_name string, kind string, nature string,
// at datetime, at_ms int, source string, source_seq int, content_hash string, utm_source string,
// utm_medium string, campaign string, content string, referrer_host string, click_id string,
// landing_host string, landing_path string, country string, value_minor int, currency string,
// properties string, run int}>
UNWIND $rows AS row
OPTIONAL MATCH (known:Event {id: row.id})
WITH row, known
WHERE known IS NULL
CREATE
  (:Event
    {
      id: row.id,
      name: row.name,
      event_name: row.event_name,
      kind: row.kind,
      nature: row.nature,
      at: row.at,
      at_ms: row.at_ms,
      source: row.source,
      source_seq: row.source_seq,
      content_hash: row.content_hash,
      utm_source: row.utm_source,
      utm_medium: row.utm_medium,
      campaign: row.campaign,
      content: row.content,
      referrer_host: row.referrer_host,
      click_id: row.click_id,
      landing_host: row.landing_host,
      landing_path: row.landing_path,
      country: row.country,
      value_minor: row.value_minor,
      currency: row.currency,
      properties: row.properties,
      run: row.run
    })