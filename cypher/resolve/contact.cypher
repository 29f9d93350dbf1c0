// purpose: Write the ledger rows and golden values of contacts.
// params: rows list<map{id string, name string, state string, minted_seq int, live_since int,
// ended_run int, pinned bool, home string, held list<string>, kind string, primary_crm_id
// string, label string, provenance string, person_name string, primary_email string, job_title
// string, seniority string, department string, owner string, country string}>
UNWIND $rows AS row
MERGE (e:Contact {id: row.id})
SET
  e.name = row.name,
  e.state = row.state,
  e.minted_seq = row.minted_seq,
  e.live_since = row.live_since,
  e.ended_run = row.ended_run,
  e.pinned = row.pinned,
  e.home = row.home,
  e.held = row.held,
  e.kind = row.kind,
  e.primary_crm_id = row.primary_crm_id,
  e.cluster_label = row.label,
  e.provenance = row.provenance,
  e.person_name = row.person_name,
  e.primary_email = row.primary_email,
  e.job_title = row.job_title,
  e.seniority = row.seniority,
  e.department = row.department,
  e.owner = row.owner,
  e.country = row.country