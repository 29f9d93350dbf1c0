"""Seeded sample and benchmark data with known truth."""

from identity.generate.acme import generate_acme
from identity.generate.summary import Summary

__all__ = ["Summary", "generate_acme"]
