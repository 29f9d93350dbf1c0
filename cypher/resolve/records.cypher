// purpose: The attributes of all records.
// returns: id string, object string, source string, at_ms int, created_ms int,
// person_name string, first_name string, last_name string, job_title string, seniority string,
// department string, owner string, country string, company_name string, industry string,
// size string, company_type string, phone_number string, address string, birth_date string
MATCH (i:Record)
RETURN
  i.id AS id,
  i.object AS object,
  i.source AS source,
  i.at_ms AS at_ms,
  i.created_ms AS created_ms,
  i.person_name AS person_name,
  i.first_name AS first_name,
  i.last_name AS last_name,
  i.job_title AS job_title,
  i.seniority AS seniority,
  i.department AS department,
  i.owner AS owner,
  i.country AS country,
  i.company_name AS company_name,
  i.industry AS industry,
  i.size AS size,
  i.company_type AS company_type,
  i.phone_number AS phone_number,
  i.address AS address,
  i.birth_date AS birth_date