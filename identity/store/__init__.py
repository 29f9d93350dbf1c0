"""Stores: the only place that knows an engine."""
