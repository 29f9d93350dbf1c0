// Indexes of the keys by which suggestions are found.
CREATE INDEX identifier_name_key IF NOT EXISTS
FOR (n:Identifier)
ON (n.name_key);
CREATE INDEX identifier_birth_key IF NOT EXISTS
FOR (n:Identifier)
ON (n.birth_key);
CREATE INDEX identifier_address_key IF NOT EXISTS
FOR (n:Identifier)
ON (n.address_key);
CREATE INDEX identifier_mailbox_key IF NOT EXISTS
FOR (n:Identifier)
ON (n.mailbox_key);
CREATE INDEX review_block IF NOT EXISTS
FOR (n:Review)
ON (n.block);