// purpose: When person records were created.
// returns: id string, created_ms int
MATCH (i:Identifier)
WHERE
  i:Record AND
  i.object IN ['contact', 'lead', 'user'] AND
  i.created_ms IS NOT NULL
RETURN i.id AS id, i.created_ms AS created_ms