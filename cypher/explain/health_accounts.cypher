// purpose: How many companies hold more than one live account of a source; never any.
// params: source string
// returns: companies int
MATCH (i:Record)-[r:RESOLVES_TO]->(o:Company)
WHERE
  i.object = 'account' AND
  i.source = $source AND
  r.until_ms IS NULL AND
  NOT coalesce(i.deleted, false) AND
  i.merged_into IS NULL
WITH o, count(i) AS accounts
WHERE accounts > 1
RETURN count(o) AS companies