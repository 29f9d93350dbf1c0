// purpose: List the constraints that are there.
// returns: name string
SHOW CONSTRAINTS
YIELD name
RETURN name AS name
ORDER BY name