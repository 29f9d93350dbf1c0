// purpose: Contacts that live, with their golden values.
// returns: id string, kind string, primary_crm_id string, person_name string, primary_email
// string, job_title string, seniority string, department string, owner string, country string, provenance string
MATCH (e:Contact)
WHERE e.state = 'live'
RETURN
  e.id AS id,
  e.kind AS kind,
  e.primary_crm_id AS primary_crm_id,
  e.person_name AS person_name,
  e.primary_email AS primary_email,
  e.job_title AS job_title,
  e.seniority AS seniority,
  e.department AS department,
  e.owner AS owner,
  e.country AS country,
  e.provenance AS provenance