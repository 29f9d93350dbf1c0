// Indexes of what is filtered or sorted by.
CREATE INDEX identifier_component IF NOT EXISTS
FOR (n:Identifier)
ON (n.component);
CREATE INDEX identifier_base IF NOT EXISTS
FOR (n:Identifier)
ON (n.base);
CREATE INDEX session_at_ms IF NOT EXISTS
FOR (n:Session)
ON (n.at_ms);
CREATE INDEX stage_kind IF NOT EXISTS
FOR (n:Stage)
ON (n.kind);
CREATE INDEX spend_date IF NOT EXISTS
FOR (n:Spend)
ON (n.date);
CREATE INDEX change_seq IF NOT EXISTS
FOR (n:Change)
ON (n.seq);
CREATE INDEX run_seq IF NOT EXISTS
FOR (n:Run)
ON (n.seq);
CREATE INDEX event_at_ms IF NOT EXISTS
FOR (n:Event)
ON (n.at_ms);