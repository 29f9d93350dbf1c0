// purpose: The ledger and the golden values of all contacts.
// returns: id string, name string, state string, minted_seq int, live_since int, ended_run int,
// pinned bool, home string, held list<string>, kind string, primary_crm_id string, label string,
// provenance string, person_name string, primary_email string, job_title string, seniority
// string, department string, owner string, country string, merged_into string
MATCH (e:Contact)
OPTIONAL MATCH (e)-[:MERGED_INTO]->(into:Contact)
RETURN
  e.id AS id,
  e.name AS name,
  e.state AS state,
  e.minted_seq AS minted_seq,
  e.live_since AS live_since,
  e.ended_run AS ended_run,
  e.pinned AS pinned,
  e.home AS home,
  e.held AS held,
  e.kind AS kind,
  e.primary_crm_id AS primary_crm_id,
  e.cluster_label AS label,
  e.provenance AS provenance,
  e.person_name AS person_name,
  e.primary_email AS primary_email,
  e.job_title AS job_title,
  e.seniority AS seniority,
  e.department AS department,
  e.owner AS owner,
  e.country AS country,
  into.id AS merged_into