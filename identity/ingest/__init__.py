"""Ingest: from files to facts. Bad input is set aside with its reason and never loses good input."""
