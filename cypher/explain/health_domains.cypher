// purpose: How many corporate domains there are, and how many of them are ambiguous.
// returns: domains int, ambiguous int
MATCH (d:Identifier)
WHERE d.kind = 'domain' AND d.domain_class IN ['business', 'education']
RETURN
  count(DISTINCT d.base) AS domains,
  count(DISTINCT
    CASE
      WHEN d.standing = 'ambiguous' THEN d.base
    END) AS ambiguous