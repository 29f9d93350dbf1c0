// purpose: Direct sessions by month: how many are of known contacts, and how many of those followed
// another touch of the same contact within some days. Channels of not_touches are no touch
// (Direct itself, use of the product).
// params: days int, not_touches list<string>
// returns: month string, direct int, known int, carried_over int, share float
MATCH (s:Session)
WHERE s.channel = 'Direct'
OPTIONAL MATCH (s)-[:BY]->(:Identifier)-[r:RESOLVES_TO]->(k:Contact)
WHERE
  coalesce(r.from_ms, s.at_ms) <= s.at_ms AND
  s.at_ms < coalesce(r.until_ms, s.at_ms + 1)
WITH k, collect(DISTINCT s) AS visits
CALL (k) {
  OPTIONAL MATCH (k)<-[:RESOLVES_TO]-(:Identifier)<-[:BY]-(e:Session)
  WHERE NOT e.channel IN $not_touches
  RETURN collect(DISTINCT e.at_ms) AS touches
}
UNWIND visits AS s
WITH
  s,
  max(
    CASE
      WHEN k IS NULL THEN 0
      ELSE 1
    END) AS known,
  max(
    CASE
      WHEN
        any(t IN touches WHERE t < s.at_ms AND t >= s.at_ms - $days * 86400000)
        THEN 1
      ELSE 0
    END) AS earlier
WITH
  s.month AS month,
  count(s) AS direct,
  sum(known) AS known,
  sum(earlier) AS carried_over
RETURN
  month AS month,
  direct AS direct,
  known AS known,
  carried_over AS carried_over,
  CASE
    WHEN known > 0 THEN toFloat(carried_over) / known
  END AS share
ORDER BY month