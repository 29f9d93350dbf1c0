"""Amounts for people: minor units as money, counts, shares."""

from __future__ import annotations

from identity.model.instants import to_datetime
from identity.model.money import exponent, written

_STEPS = ((1_000_000_000, "bn"), (1_000_000, "M"), (10_000, "k"))


def money(minor: int, currency: str) -> str:
    """Write an amount in full: ``EUR 1,234.56``."""
    return f"{currency} {written(minor, currency)}"


def short_money(minor: int, currency: str) -> str:
    """Write an amount by its first digits: ``EUR 1.23 M``."""
    units = minor / 10 ** exponent(currency)
    for size, sign in _STEPS:
        if abs(units) >= size:
            scaled = units / (1_000 if sign == "k" else size)
            decimals = 2 if abs(scaled) < 10 else 1 if abs(scaled) < 100 else 0
            return f"{currency} {scaled:,.{decimals}f} {sign}"
    return f"{currency} {units:,.0f}"


def count(number: int) -> str:
    """Write a count: ``12,345``."""
    return f"{number:,}"


def share(part: float, whole: float) -> str:
    """Write a share: ``12.3 %``; a dash where there is nothing to share."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def day(ms: int) -> str:
    """Write the day of an instant (UTC)."""
    return to_datetime(ms).date().isoformat()
