// purpose: Opportunities, with their attributes.
// returns: id string, value string, source string, created_ms int, deleted bool,
// opportunity_name string, opportunity_kind string, stage string, amount_minor int, currency
// string, close_date_ms int, won bool, closed bool, owner string
MATCH (i:Identifier)
WHERE i:Record AND i.object = 'opportunity'
RETURN
  i.id AS id,
  i.value AS value,
  i.source AS source,
  i.created_ms AS created_ms,
  i.deleted AS deleted,
  i.opportunity_name AS opportunity_name,
  i.opportunity_kind AS opportunity_kind,
  i.stage AS stage,
  i.amount_minor AS amount_minor,
  i.currency AS currency,
  i.close_date_ms AS close_date_ms,
  i.won AS won,
  i.closed AS closed,
  i.owner AS owner