"""Ingest: from files to facts. Bad input is set aside with its reason; good input is never lost."""
