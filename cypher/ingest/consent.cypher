// purpose: Write consents.
// params: rows list<map{id string, name string, purpose string, channel string, consent string,
// at_ms int, source string, run int}>
UNWIND $rows AS row
MERGE (c:Consent {id: row.id})
SET
  c.name = row.name,
  c.purpose = row.purpose,
  c.channel = row.channel,
  c.consent = row.consent,
  c.at_ms = row.at_ms,
  c.source = row.source,
  c.run = row.run