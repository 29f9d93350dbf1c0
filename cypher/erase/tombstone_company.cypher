// purpose: Leave nothing of companies but that their ids were given and ended.
// params: rows list<map{id string, run int}>
UNWIND $rows AS row
MATCH (e:Company {id: row.id})
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
  e.company_name = null,
  e.domain = null,
  e.industry = null,
  e.size = null,
  e.country = null,
  e.company_type = null,
  e.owner = null,
  e.parent = null