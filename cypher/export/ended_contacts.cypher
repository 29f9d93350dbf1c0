// purpose: Ids of contacts that live no more, and what each was merged into.
// returns: id string, state string, ended_run int, merged_into string
MATCH (e:Contact)
WHERE e.state <> 'live'
OPTIONAL MATCH (e)-[:MERGED_INTO]->(into:Contact)
RETURN
  e.id AS id,
  e.state AS state,
  e.ended_run AS ended_run,
  into.id AS merged_into