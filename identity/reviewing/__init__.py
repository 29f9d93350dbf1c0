"""Reviewing: the doors for questions that wait for a person, and for taking merges back.

A question is found by the resolver (`identity.resolve.reviews`); here it is shown with its evidence
and with what every possible answer would change, and answered. An answer is nothing but decisions
(`identity.deciding`): it becomes part of the facts, and the next run takes it up.
"""

from __future__ import annotations
