// purpose: Rows of the change feed that are about something or name it; that an id was erased
// may be known.
// params: subjects list<string>, needles list<string>
// returns: id string, subject string, before string, after string, cause string
UNWIND $subjects AS subject
MATCH (c:Change)
WHERE c.subject = subject AND c.change <> 'erased'
RETURN
  c.id AS id,
  c.subject AS subject,
  c.before AS before,
  c.after AS after,
  c.cause AS cause
  UNION
UNWIND $needles AS needle
MATCH (c:Change)
WHERE
  toLower(coalesce(c.before, '')) CONTAINS needle OR
  toLower(coalesce(c.after, '')) CONTAINS needle OR
  toLower(coalesce(c.cause, '')) CONTAINS needle OR
  toLower(coalesce(c.subject, '')) CONTAINS needle
RETURN
  c.id AS id,
  c.subject AS subject,
  c.before AS before,
  c.after AS after,
  c.cause AS cause