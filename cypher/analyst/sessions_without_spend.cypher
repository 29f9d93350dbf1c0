// purpose: Sessions of channels that should cost money, in a period without cost for them. Level
// campaign asks for cost of the campaign (its id or its name), source also accepts cost of channel
// and source, channel also cost of the channel.
// params: channels list<string>, level string, from_month string, to_month string
// returns: channel string, source string, campaign string, sessions int, first_month string,
// last_month string
OPTIONAL MATCH (p:Spend)
WHERE p.month >= $from_month AND p.month <= $to_month
WITH
  collect(DISTINCT toLower(trim(p.campaign))) +
  collect(DISTINCT toLower(trim(p.campaign_id))) AS campaigns,
  collect(DISTINCT p.channel + '/' + p.source) AS sources,
  collect(DISTINCT p.channel) AS paid
MATCH (s:Session)
WHERE
  s.channel IN $channels AND
  s.month >= $from_month AND
  s.month <= $to_month AND
  NOT coalesce(toLower(trim(s.campaign)) IN campaigns, false) AND
  ($level = 'campaign' OR
    NOT coalesce(s.channel + '/' + s.source IN sources, false)) AND
  ($level IN ['campaign', 'source'] OR NOT s.channel IN paid)
RETURN
  s.channel AS channel,
  s.source AS source,
  s.campaign AS campaign,
  count(s) AS sessions,
  min(s.month) AS first_month,
  max(s.month) AS last_month
ORDER BY sessions DESC, channel, source, campaign