// purpose: Whether the credit of a model adds up to the value of the stages, by currency of the
// stages. Clean: difference_minor 0 and unbalanced 0.
// params: stage_kind string, model string
// returns: currency string, stages int, value_minor int, credit_minor int, difference_minor int,
// weight float, unbalanced int
MATCH (g:Stage)
WHERE g.kind = $stage_kind
OPTIONAL MATCH (:Session)-[c:CREDITED]->(g)
WHERE c.model = $model AND c.until_run IS NULL
WITH
  g,
  coalesce(g.value_base, 0) AS value,
  sum(coalesce(c.value_minor, 0)) AS credit,
  sum(coalesce(c.weight, 0.0)) AS weight
WITH
  coalesce(g.currency, '(no value)') AS currency,
  count(g) AS stages,
  sum(value) AS value,
  sum(credit) AS credit,
  sum(weight) AS weight,
  sum(
    CASE
      WHEN value <> credit OR abs(weight - 1) > 0.000001 THEN 1
      ELSE 0
    END) AS unbalanced
RETURN
  currency AS currency,
  stages AS stages,
  value AS value_minor,
  credit AS credit_minor,
  value - credit AS difference_minor,
  weight AS weight,
  unbalanced AS unbalanced
ORDER BY currency