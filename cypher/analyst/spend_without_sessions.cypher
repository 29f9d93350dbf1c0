// purpose: Costs of a period beside which no session of the period stands. Level campaign asks for
// a session of the campaign (its id or its name), source also accepts one of channel and source,
// channel also one of the channel: the last rung of the ladder.
// params: level string, from_month string, to_month string
// returns: channel string, source string, campaign string, cost_minor int, days int
MATCH (s:Session)
WHERE s.month >= $from_month AND s.month <= $to_month
WITH
  collect(DISTINCT toLower(trim(s.campaign))) AS campaigns,
  collect(DISTINCT s.channel + '/' + s.source) AS sources,
  collect(DISTINCT s.channel) AS channels
MATCH (p:Spend)
WHERE p.month >= $from_month AND p.month <= $to_month
WITH
  campaigns,
  sources,
  channels,
  p.channel AS channel,
  p.source AS source,
  p.campaign AS campaign,
  toLower(trim(p.campaign_id)) AS campaign_id,
  sum(p.base_minor) AS cost_minor,
  count(DISTINCT p.date) AS days
WHERE
  NOT coalesce(campaign_id IN campaigns, false) AND
  NOT coalesce(toLower(trim(campaign)) IN campaigns, false) AND
  ($level = 'campaign' OR
    NOT coalesce(channel + '/' + source IN sources, false)) AND
  ($level IN ['campaign', 'source'] OR NOT coalesce(channel IN channels, false))
RETURN
  channel AS channel,
  source AS source,
  campaign AS campaign,
  cost_minor AS cost_minor,
  days AS days
ORDER BY cost_minor DESC, channel, source, campaign