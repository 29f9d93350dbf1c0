// Journey of the most valuable stage
// purpose: sessions before the stage with the highest value, by whom, and who reached it
// params:
// returns: reached path, journey path, actors path
MATCH (stage:Stage)
WHERE stage.value_base IS NOT NULL
WITH stage
ORDER BY stage.value_base DESC, stage.id
LIMIT 1
MATCH reached = (stage)-[:OF]->(:Identifier)
OPTIONAL MATCH journey = (stage)<-[:IN_JOURNEY]-(session:Session)
OPTIONAL MATCH
  actors = (session)-[:BY|TOWARDS]->(:Identifier)-[:RESOLVES_TO]->()
RETURN reached, journey, actors
LIMIT 300