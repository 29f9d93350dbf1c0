// purpose: What persons consented to, and what they denied.
// returns: id string, purpose string, channel string, consent string, at_ms int,
// identifier string
MATCH (c:Consent)-[:OF]->(i:Identifier)
RETURN
  c.id AS id,
  c.purpose AS purpose,
  c.channel AS channel,
  c.consent AS consent,
  c.at_ms AS at_ms,
  i.id AS identifier