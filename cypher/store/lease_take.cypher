// purpose: Take the right to write where nobody holds it or its time is up, and say who has it now.
// The token counts the holders. The first SET locks the node before the time is looked at.
// params: rows list<map{id string, holder string, ttl_ms int}>
// returns: holder string, token int, left_ms int
UNWIND $rows AS row
MERGE (l:Lease {id: row.id})
  ON CREATE SET l.name = row.id, l.token = 0, l.until_ms = 0
SET l.asked_by = row.holder
WITH l, row, datetime().epochMillis AS now_ms
WITH l, row, now_ms, l.until_ms < now_ms AS free
SET
  l.token =
    CASE
      WHEN free THEN l.token + 1
      ELSE l.token
    END,
  l.holder =
    CASE
      WHEN free THEN row.holder
      ELSE l.holder
    END,
  l.until_ms =
    CASE
      WHEN free THEN now_ms + row.ttl_ms
      ELSE l.until_ms
    END
RETURN l.holder AS holder, l.token AS token, l.until_ms - now_ms AS left_ms