// purpose: A company by its id, whatever became of it.
// params: id string
// returns: id string, name string, state string, kind string, primary_crm_id string, label
// string, home string, held list<string>, provenance string, merged_into string
MATCH (e:Company {id: $id})
OPTIONAL MATCH (e)-[:MERGED_INTO]->(into:Company)
RETURN
  e.id AS id,
  e.name AS name,
  e.state AS state,
  e.kind AS kind,
  e.primary_crm_id AS primary_crm_id,
  e.cluster_label AS label,
  e.home AS home,
  e.held AS held,
  e.provenance AS provenance,
  into.id AS merged_into