// purpose: Write journeys.
// params: rows list<map{stage string, session string, position int, from_end int, milestones
// list<string>}>
UNWIND $rows AS row
MATCH (s:Session {id: row.session})
MATCH (g:Stage {id: row.stage})
MERGE (s)-[j:IN_JOURNEY]->(g)
SET
  j.position = row.position,
  j.from_end = row.from_end,
  j.milestones = row.milestones