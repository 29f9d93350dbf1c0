// purpose: All costs.
// returns: id string, date string, month string, channel string, source string, campaign
// string, campaign_id string, amount_minor int, currency string, base_minor int, clicks int,
// impressions int
MATCH (s:Spend)
RETURN
  s.id AS id,
  s.date AS date,
  s.month AS month,
  s.channel AS channel,
  s.source AS source,
  s.campaign AS campaign,
  s.campaign_id AS campaign_id,
  s.amount_minor AS amount_minor,
  s.currency AS currency,
  s.base_minor AS base_minor,
  s.clicks AS clicks,
  s.impressions AS impressions