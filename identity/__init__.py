"""B2B identity resolution and attribution on a graph database."""

__version__ = "0.1.0"
