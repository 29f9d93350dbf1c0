// purpose: Events that name something in free text.
// params: needles list<string>
// returns: id string, event_name string, utm_source string, utm_medium string, campaign string,
// content string, referrer_host string, landing_path string, properties string
UNWIND $needles AS needle
MATCH (e:Event)
WHERE
  toLower(coalesce(e.properties, '')) CONTAINS needle OR
  toLower(coalesce(e.landing_path, '')) CONTAINS needle OR
  toLower(coalesce(e.event_name, '')) CONTAINS needle OR
  toLower(coalesce(e.campaign, '')) CONTAINS needle OR
  toLower(coalesce(e.content, '')) CONTAINS needle OR
  toLower(coalesce(e.utm_source, '')) CONTAINS needle OR
  toLower(coalesce(e.utm_medium, '')) CONTAINS needle OR
  toLower(coalesce(e.referrer_host, '')) CONTAINS needle
RETURN DISTINCT
  e.id AS id,
  e.event_name AS event_name,
  e.utm_source AS utm_source,
  e.utm_medium AS utm_medium,
  e.campaign AS campaign,
  e.content AS content,
  e.referrer_host AS referrer_host,
  e.landing_path AS landing_path,
  e.properties AS properties
ORDER BY id