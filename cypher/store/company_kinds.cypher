// purpose: How many companies of each kind live.
// returns: kind string, companies int
MATCH (o:Company)
WHERE o.state = 'live'
RETURN o.kind AS kind, count(o) AS companies
ORDER BY kind