// purpose: Leave nothing of contacts but that their ids were given and ended.
// params: rows list<map{id string, run int}>
UNWIND $rows AS row
MATCH (e:Contact {id: row.id})
SET
  e.name = 'erased',
  e.state = 'erased',
  e.ended_run = row.run,
  e.pinned = false,
  e.home = '',
  e.held = [],
  e.kind = null,
  e.primary_crm_id = null,
  e.cluster_label = null,
  e.provenance = null,
  e.person_name = null,
  e.primary_email = null,
  e.job_title = null,
  e.seniority = null,
  e.department = null,
  e.owner = null,
  e.country = null