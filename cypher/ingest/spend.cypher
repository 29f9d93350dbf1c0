// purpose: Write cost rows.
// params: rows list<map{id string, name string, date string, amount_minor int,
// currency string, channel string, source string, campaign string,
// campaign_id string, clicks int, impressions int, content_hash string, run int}>
UNWIND $rows AS row
MERGE (s:Spend {id: row.id})
SET
  s.name = row.name,
  s.date = row.date,
  s.amount_minor = row.amount_minor,
  s.currency = row.currency,
  s.channel = row.channel,
  s.source = row.source,
  s.campaign = row.campaign,
  s.campaign_id = row.campaign_id,
  s.clicks = row.clicks,
  s.impressions = row.impressions,
  s.content_hash = row.content_hash,
  s.run = row.run