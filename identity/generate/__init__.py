"""Seeded sample and benchmark data with known truth."""

from identity.generate.acme import generate_acme
from identity.generate.evidence import generate_evidence
from identity.generate.summary import Summary

__all__ = ["Summary", "generate_acme", "generate_evidence"]
