// purpose: Companies that live, with their golden values.
// returns: id string, kind string, primary_crm_id string, company_name string, domain string,
// industry string, size string, country string, company_type string, owner string, parent
// string
MATCH (e:Company)
WHERE e.state = 'live'
RETURN
  e.id AS id,
  e.kind AS kind,
  e.primary_crm_id AS primary_crm_id,
  e.company_name AS company_name,
  e.domain AS domain,
  e.industry AS industry,
  e.size AS size,
  e.country AS country,
  e.company_type AS company_type,
  e.owner AS owner,
  e.parent AS parent