// purpose: The living companies, as suggestions compare them.
// returns: label string, name string, members list<string>, company_name string, country string,
// domain string, parent string
MATCH (e:Company)
WHERE e.state = 'live'
RETURN
  e.cluster_label AS label,
  e.name AS name,
  e.held AS members,
  e.company_name AS company_name,
  e.country AS country,
  e.domain AS domain,
  e.parent AS parent