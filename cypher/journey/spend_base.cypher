// purpose: Write the cost in the base currency.
// params: rows list<map{id string, month string, base_minor int}>
UNWIND $rows AS row
MATCH (s:Spend {id: row.id})
SET s.month = row.month, s.base_minor = row.base_minor