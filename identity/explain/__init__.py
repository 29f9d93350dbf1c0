"""Explain: why, why not, how, where something is, in words and as data."""
