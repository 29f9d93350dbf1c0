"""The sample's period and the ways its systems write time.

Instants are whole seconds since 1970-01-01 UTC. Nothing here reads the clock: the period is fixed,
so that a sample made today equals one made next year.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC).timestamp())


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def salesforce_time(at: int) -> str:
    """``2026-03-01T09:30:00.000+0000``, as the Salesforce Data Loader writes a datetime."""
    return _utc(at).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def plain_time(at: int) -> str:
    """``2026-03-01 09:30:00``, UTC, as warehouses and the product database write it."""
    return _utc(at).strftime("%Y-%m-%d %H:%M:%S")


def iso_time(at: int) -> str:
    """``2026-03-01T09:30:00.000Z``, as web trackers write it."""
    return _utc(at).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def day(at: int) -> str:
    """``2026-03-01``."""
    return _utc(at).strftime("%Y-%m-%d")


def at_work(rng: random.Random, at: int) -> int:
    """An instant between 07:00 and 18:59 UTC on the day of ``at``."""
    return at - at % DAY + 7 * HOUR + rng.randrange(12 * HOUR)


def between(rng: random.Random, first: int, last: int) -> int:
    """A working hour between two days, inside the period and not before ``first``."""
    chosen = at_work(rng, rng.randint(first, max(first, last)))
    return max(first, min(END, chosen))
