// purpose: Of the contacts that saw a page in some months, how many reached a kind of stage
// afterwards, themselves or their company (the visit is part of the stage's journey).
// params: path string, stage_kind string, from_month string, to_month string
// returns: viewers int, reached int, stages int, share float
MATCH (e:Event)<-[:HAS_EVENT]-(s:Session)
WHERE e.landing_path = $path AND s.month >= $from_month AND s.month <= $to_month
WITH DISTINCT s
MATCH (s)-[:BY]->(:Identifier)-[r:RESOLVES_TO]->(k:Contact)
WHERE
  coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
  s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
OPTIONAL MATCH (s)-[:IN_JOURNEY]->(g:Stage)
WHERE g.kind = $stage_kind
WITH
  count(DISTINCT k.id) AS viewers,
  count(DISTINCT
    CASE
      WHEN g.id IS NOT NULL THEN k.id
    END) AS reached,
  count(DISTINCT g.id) AS stages
RETURN
  viewers AS viewers,
  reached AS reached,
  stages AS stages,
  CASE
    WHEN viewers > 0 THEN toFloat(reached) / viewers
  END AS share