// purpose: All events.
// returns: id string, at_ms int, source_seq int, event_name string, kind string, nature string,
// source string, utm_source string, utm_medium string, campaign string, content string,
// referrer_host string, click_id string, landing_host string, landing_path string, country
// string, value_minor int, currency string, properties string
MATCH (e:Event)
RETURN
  e.id AS id,
  e.at_ms AS at_ms,
  e.source_seq AS source_seq,
  e.event_name AS event_name,
  e.kind AS kind,
  e.nature AS nature,
  e.source AS source,
  e.utm_source AS utm_source,
  e.utm_medium AS utm_medium,
  e.campaign AS campaign,
  e.content AS content,
  e.referrer_host AS referrer_host,
  e.click_id AS click_id,
  e.landing_host AS landing_host,
  e.landing_path AS landing_path,
  e.country AS country,
  e.value_minor AS value_minor,
  e.currency AS currency,
  e.properties AS properties