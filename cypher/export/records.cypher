// purpose: Records, with the attributes that tables show.
// returns: id string, value string, source string, object string, created_ms int, at_ms int,
// deleted bool, merged_into string, person_name string, first_name string, last_name string, email_address string, company_name
// string, plan string
MATCH (i:Identifier)
WHERE i:Record AND i.object <> 'opportunity'
RETURN
  i.id AS id,
  i.value AS value,
  i.source AS source,
  i.object AS object,
  i.created_ms AS created_ms,
  i.at_ms AS at_ms,
  i.deleted AS deleted,
  i.merged_into AS merged_into,
  i.person_name AS person_name,
  i.first_name AS first_name,
  i.last_name AS last_name,
  i.email_address AS email_address,
  i.company_name AS company_name,
  i.plan AS plan