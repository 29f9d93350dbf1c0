// purpose: The live records of companies with the label of their company, as suggestions compare
// them.
// returns: id string, label string, company_name string, country string, address string,
// phone_number string
MATCH (i:Record)-[r:RESOLVES_TO]->(e:Company)
WHERE
  i.object IN ['account', 'workspace'] AND
  NOT coalesce(i.deleted, false) AND
  i.merged_into IS NULL AND
  r.until_ms IS NULL
RETURN
  i.id AS id,
  e.cluster_label AS label,
  i.company_name AS company_name,
  i.country AS country,
  i.address AS address,
  i.phone_number AS phone_number