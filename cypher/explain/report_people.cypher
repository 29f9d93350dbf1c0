// purpose: The contacts of a company with what they hold.
// params: company string
// returns: contact string, name string, job_title string, via string, identifier string
MATCH
  (:Company {id: $company})<-[m:MEMBER_OF]-
  (k:Contact)<-[:RESOLVES_TO]-
  (i:Identifier)
WITH k, i, min(m.via) AS via
RETURN
  k.id AS contact,
  k.name AS name,
  k.job_title AS job_title,
  via AS via,
  i.id AS identifier
ORDER BY name, contact, identifier