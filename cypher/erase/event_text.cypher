// purpose: Write what is left of the free text of events.
// params: rows list<map{id string, event_name string, utm_source string, utm_medium string,
// campaign string, content string, referrer_host string, landing_path string, properties string}>
UNWIND $rows AS row
MATCH (e:Event {id: row.id})
SET
  e.name = row.event_name,
  e.event_name = row.event_name,
  e.utm_source = row.utm_source,
  e.utm_medium = row.utm_medium,
  e.campaign = row.campaign,
  e.content = row.content,
  e.referrer_host = row.referrer_host,
  e.landing_path = row.landing_path,
  e.properties = row.properties