"""Items: resolving single requests against the graph as it stands, without writing."""
