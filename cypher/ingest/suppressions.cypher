// purpose: Fetch whom to keep out: keyed hashes of identifiers of those who were erased.
// returns: id string, key_id string, erasure string, from_ms int, until_ms int
MATCH (s:Suppression)
RETURN
  s.id AS id,
  s.key_id AS key_id,
  s.erasure AS erasure,
  s.from_ms AS from_ms,
  s.until_ms AS until_ms
ORDER BY id