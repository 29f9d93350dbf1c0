// Uniqueness of ids of what erasure leaves.
CREATE CONSTRAINT erasure_id IF NOT EXISTS
FOR (n:Erasure)
REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT suppression_id IF NOT EXISTS
FOR (n:Suppression)
REQUIRE n.id IS UNIQUE;