"""Resolve: from facts to contacts and companies, by pure functions over columns."""
