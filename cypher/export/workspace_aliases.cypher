// purpose: Workspaces that were merged into others.
// returns: src string, dst string
MATCH (a:WorkspaceId)-[r:SAME_COMPANY]->(b:WorkspaceId)
WHERE r.rule = 'workspace.alias' AND r.until_ms IS NULL AND NOT r.withdrawn
RETURN a.id AS src, b.id AS dst