// purpose: Cost by month, in the base currency.
// returns: month string, cost_minor int
MATCH (p:Spend)
WHERE p.month IS NOT NULL
RETURN p.month AS month, sum(p.base_minor) AS cost_minor
ORDER BY month