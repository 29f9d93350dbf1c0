// purpose: How many contacts have a corporate address, and how many have some of several domains.
// returns: contacts int, several int
MATCH (c:Contact)<-[r:RESOLVES_TO]-(:Identifier)-[:HAS_DOMAIN]->(d:Identifier)
WHERE r.until_ms IS NULL AND d.domain_class IN ['business', 'education']
WITH c, count(DISTINCT d.base) AS bases
RETURN
  count(c) AS contacts,
  sum(
    CASE
      WHEN bases > 1 THEN 1
      ELSE 0
    END) AS several