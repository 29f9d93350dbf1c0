// purpose: Write the ledger rows and golden values of companies.
// params: rows list<map{id string, name string, state string, minted_seq int, live_since int,
// ended_run int, pinned bool, home string, held list<string>, kind string, primary_crm_id
// string, label string, provenance string, company_name string, domain string, industry string,
// size string, country string, company_type string, owner string, parent string}>
UNWIND $rows AS row
MERGE (e:Company {id: row.id})
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
  e.company_name = row.company_name,
  e.domain = row.domain,
  e.industry = row.industry,
  e.size = row.size,
  e.country = row.country,
  e.company_type = row.company_type,
  e.owner = row.owner,
  e.parent = row.parent