// purpose: The ledger and the golden values of all companies.
// returns: id string, name string, state string, minted_seq int, live_since int, ended_run int,
// pinned bool, home string, held list<string>, kind string, primary_crm_id string, label string,
// provenance string, company_name string, domain string, industry string, size string, country
// string, company_type string, owner string, parent string, merged_into string
MATCH (e:Company)
OPTIONAL MATCH (e)-[:MERGED_INTO]->(into:Company)
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
  e.company_name AS company_name,
  e.domain AS domain,
  e.industry AS industry,
  e.size AS size,
  e.country AS country,
  e.company_type AS company_type,
  e.owner AS owner,
  e.parent AS parent,
  into.id AS merged_into