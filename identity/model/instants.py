"""Instants: source times as integer milliseconds, UTC.

A source declares what its times look like; nothing is guessed. ISO 8601 with or without an offset
is understood everywhere; a time without an offset needs the source's zone. Numbers need a unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from identity.model.normalise import Bad

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SCALE = {"s": 1_000, "ms": 1, "us": 0}
_LOOSE = re.compile(
    r"^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|z|[+-]\d{2}:?\d{2}|UTC)?$"
)
_NONE = frozenset({"", "null", "none", "n/a", "-"})


@dataclass(frozen=True, slots=True)
class Clock:
    """How a source writes instants, and which are plausible (milliseconds, both inclusive)."""

    zone: str | None = None
    pattern: str | None = None
    unit: str | None = None
    earliest_ms: int = 788_918_400_000
    latest_ms: int = 4_102_444_800_000

    def read(self, raw: str | int | float | datetime | None) -> int | Bad | None:
        """Give the instant in milliseconds, None where there is none, or what is wrong."""
        found = _parse(raw, self) if isinstance(raw, str) else _typed(raw, self)
        if isinstance(found, int) and not self.earliest_ms <= found <= self.latest_ms:
            return Bad(
                "E_TIME_RANGE",
                f"the time {iso(found)} lies outside of what is plausible",
                "Check the unit, or widen ingest.plausible_from and ingest.future_days.",
            )
        return found


def iso(ms: int) -> str:
    """Write milliseconds as RFC 3339 in UTC."""
    try:
        moment = _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return f"{ms} ms"
    return moment.isoformat(timespec="seconds" if ms % 1000 == 0 else "milliseconds").replace(
        "+00:00", "Z"
    )


def to_datetime(ms: int) -> datetime:
    """Give milliseconds as a zoned datetime, for people."""
    return _EPOCH + timedelta(milliseconds=ms)


def _typed(raw: int | float | datetime | None, clock: Clock) -> int | Bad | None:
    if raw is None:
        return None
    if isinstance(raw, datetime):
        return _zoned(raw, clock)
    return _number(float(raw), clock)


def _number(value: float, clock: Clock) -> int | Bad:
    if clock.unit is None:
        return Bad(
            "E_TIME_UNIT", "a number instead of a time", "Declare the column's unit (s, ms or us)."
        )
    if value != value or value in (float("inf"), float("-inf")):
        return Bad("E_TIME_SYNTAX", "not a time")
    return int(value // 1000) if clock.unit == "us" else int(value * _SCALE[clock.unit])


@lru_cache(maxsize=500_000)
def _parse(raw: str, clock: Clock) -> int | Bad | None:
    text = raw.strip()
    if text.lower() in _NONE:
        return None
    if clock.pattern is not None:
        try:
            return _zoned(datetime.strptime(text, clock.pattern), clock)
        except ValueError:
            return Bad("E_TIME_SYNTAX", f"{text[:40]!r} is not of the form {clock.pattern!r}")
    if re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return _number(float(text), clock)
    match = _LOOSE.match(text)
    if match is None or not text.isascii():
        return Bad("E_TIME_SYNTAX", f"{text[:40]!r} is not a time", "Declare the column's format.")
    return _from_match(match, text, clock)


def _from_match(match: re.Match[str], text: str, clock: Clock) -> int | Bad:
    year, month, day, hour, minute, second = (int(g or 0) for g in match.groups()[:6])
    extra = timedelta()
    if hour == 24 and minute == second == 0:
        hour, extra = 0, timedelta(days=1)
    if second == 60:  # a leap second counts as the second that follows it
        second, extra = 59, timedelta(seconds=1)
    micro = int((match[7] or "0")[:6].ljust(6, "0"))
    try:
        naive = datetime(year, month, day, hour, minute, second, micro) + extra
    except (ValueError, OverflowError):
        return Bad("E_TIME_SYNTAX", f"{text[:40]!r} is not a time")
    offset = match[8]
    if offset in ("Z", "z", "UTC"):
        return _ms(naive.replace(tzinfo=UTC))
    if offset:
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        if minutes > 14 * 60:
            return Bad("E_TIME_SYNTAX", f"{offset!r} is not an offset")
        sign = -1 if offset[0] == "-" else 1
        return _ms(naive.replace(tzinfo=UTC)) - sign * minutes * 60_000
    return _zoned(naive, clock)


def _zoned(moment: datetime, clock: Clock) -> int | Bad:
    if moment.tzinfo is not None:
        return _ms(moment)
    if clock.zone is None:
        return Bad("E_NO_TZ", "a time without a zone", "Declare the source's timezone.")
    zone = ZoneInfo(clock.zone)
    aware = moment.replace(tzinfo=zone)
    if aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        return Bad("E_TIME_GAP", f"{moment} does not exist in {clock.zone} (clocks went forward)")
    return _ms(aware)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
