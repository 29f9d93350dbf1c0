// purpose: How many nodes there are besides those that a store keeps for itself.
// returns: nodes int
MATCH (n)
WHERE NOT n:SchemaMigration AND NOT n:Lease
RETURN count(n) AS nodes