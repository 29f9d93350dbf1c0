"""Export: what leaves the graph, as files that other systems read."""
