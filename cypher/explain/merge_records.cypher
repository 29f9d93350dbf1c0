// purpose: Records that may be merged in the system they come from.
// params: ids list<string>
// returns: id string, value string, source string, object string, name string, created_ms int
UNWIND $ids AS id
MATCH (i:Identifier {id: id})
RETURN
  i.id AS id,
  i.value AS value,
  i.source AS source,
  i.object AS object,
  coalesce(
    i.person_name,
    CASE
      WHEN i.object = 'account' THEN i.company_name
      ELSE trim(coalesce(i.first_name, '') + ' ' + coalesce(i.last_name, ''))
    END,
    i.name
  ) AS name,
  i.created_ms AS created_ms