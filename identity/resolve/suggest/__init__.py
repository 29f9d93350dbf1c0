"""Suggestions: informed guesses that wait for a person, never merges."""
