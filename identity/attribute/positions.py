"""Rules that look only at the place of a touch in its journey: single touch, linear, by position.

Each function takes the eligible journeys (`Journeys`) and the rule's settings, and gives `Shares`.
A journey of one touch gets all of it, with reason ``only``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from identity.attribute.arranged import (
    BoolArray,
    FloatArray,
    IntArray,
    Journeys,
    Shares,
    channel_codes,
    channels_of,
)
from identity.errors import FixInput


@dataclass(frozen=True, slots=True)
class NoSettings:
    """Settings of a rule that has none."""


@dataclass(frozen=True, slots=True)
class Distinct:
    """Settings of linear over distinct channels.

    ``spread``: divide a channel's share over all its touches instead of putting it on its first.
    """

    spread: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Settings of a position rule: shares of the first touch, all middle touches, the last touch.

    Raises:
        FixInput: a share is negative, or they do not add up to 1.
    """

    first: float
    middle: float
    last: float

    def __post_init__(self) -> None:
        """Refuse shares that are no shares."""
        parts = (self.first, self.middle, self.last)
        if min(parts) < 0 or abs(sum(parts) - 1) > 1e-9:
            raise FixInput(f"first, middle and last are {parts}; they must add up to 1")


def first(journeys: Journeys, _: NoSettings) -> Shares:
    """All to the first touch. Use it to ask what opens journeys."""
    return _single(journeys, journeys.starts, "first")


def last(journeys: Journeys, _: NoSettings) -> Shares:
    """All to the last touch. Use it to ask what closes journeys."""
    return _single(journeys, journeys.ends, "last")


def first_non_direct(journeys: Journeys, _: NoSettings) -> Shares:
    """All to the first touch that is not direct; if all are direct, to the first."""
    found = _first_where(journeys, ~journeys.flags("is_direct"))
    return _single_or(journeys, found, journeys.starts, ("first_non_direct", "first"))


def last_non_direct(journeys: Journeys, _: NoSettings) -> Shares:
    """All to the last touch that is not direct; if all are direct, to the last (as in GA)."""
    found = _last_where(journeys, ~journeys.flags("is_direct"))
    return _single_or(journeys, found, journeys.ends, ("last_non_direct", "last"))


def first_paid(journeys: Journeys, _: NoSettings) -> Shares:
    """All to the first paid touch; if none is paid, to the first."""
    found = _first_where(journeys, journeys.flags("is_paid"))
    return _single_or(journeys, found, journeys.starts, ("first_paid", "first"))


def last_paid(journeys: Journeys, _: NoSettings) -> Shares:
    """All to the last paid touch; if none is paid, to the last."""
    found = _last_where(journeys, journeys.flags("is_paid"))
    return _single_or(journeys, found, journeys.ends, ("last_paid", "last"))


def linear(journeys: Journeys, _: NoSettings) -> Shares:
    """The same to every touch, 1/n. Use it as the baseline that others are compared with."""
    return _even(journeys, "linear")


def linear_distinct(journeys: Journeys, settings: Distinct) -> Shares:
    """The same to every channel of the journey, on its first touch or over all its touches.

    Summed by channel this is the simplified Shapley value (Zhao, Mahboobi, Bagheri 2018).
    """
    channels = channels_of(journeys)
    codes = channel_codes(journeys, channels)
    pair = pl.DataFrame({"pair": journeys.journey * (len(channels) + 1) + codes})
    opening = pair["pair"].is_first_distinct().to_numpy()
    distinct = journeys.count(opening)
    if not settings.spread:
        opened = journeys.restrict(opening)
        rows = np.flatnonzero(opening)
        weights = np.repeat(1.0 / distinct, opened.sizes)
    else:
        rows = np.arange(journeys.touches.height)
        repeated = pair.select(pl.len().over("pair")).to_series().to_numpy()
        weights = 1.0 / (journeys.spread(distinct) * repeated)
    reasons = only(journeys)[rows]
    return Shares(rows, weights, reasons, ("channel", "only"))


def position(journeys: Journeys, settings: Position) -> Shares:
    """Fixed shares to the first and the last touch, the rest evenly to those between.

    Of two touches the ends keep their proportion (Adobe: 20/60 becomes 25/75); where neither end
    has a share they get half each. Where there are middle touches but no share for them they get
    none.
    """
    many = journeys.sizes >= 3
    weights = journeys.spread(
        np.divide(settings.middle, journeys.sizes - 2, out=np.zeros(len(journeys)), where=many)
    )
    ends = settings.first + settings.last
    pair = (settings.first / ends, settings.last / ends) if ends > 0 else (0.5, 0.5)
    weights[journeys.starts] = np.where(many, settings.first, pair[0])
    weights[journeys.ends] = np.where(many, settings.last, pair[1])
    single = journeys.starts[journeys.sizes == 1]
    weights[single] = 1.0
    reasons = np.ones(len(weights), dtype=np.int64)
    reasons[journeys.starts] = 0
    reasons[journeys.ends] = 2
    reasons[single] = 3
    return positive(weights, reasons, ("first", "middle", "last", "only"))


def participation(journeys: Journeys, _: NoSettings) -> Shares:
    """Every touch counts fully: influence, not attribution. Sums exceed totals by design.

    Summed by channel over distinct stages it answers how many stages a channel had a part in.
    """
    rows = np.arange(journeys.touches.height)
    return Shares(rows, np.ones(len(rows)), np.zeros(len(rows), dtype=np.int64), ("participation",))


def even(journeys: Journeys, reason: str) -> Shares:
    """Give the same to every touch, for a reason of the caller's."""
    rows = np.arange(journeys.touches.height)
    weights = journeys.spread(1.0 / journeys.sizes)
    return Shares(rows, weights, np.zeros(len(rows), dtype=np.int64), (reason,))


_NONE: Final = -1


def _single(journeys: Journeys, rows: IntArray, reason: str) -> Shares:
    return Shares(
        rows, np.ones(len(rows)), (journeys.sizes == 1).astype(np.int64), (reason, "only")
    )


def _single_or(
    journeys: Journeys, found: IntArray, otherwise: IntArray, reasons: tuple[str, str]
) -> Shares:
    rows = np.where(found == _NONE, otherwise, found)
    codes = np.where(journeys.sizes == 1, 2, (found == _NONE).astype(np.int64))
    return Shares(rows, np.ones(len(rows)), codes, (*reasons, "only"))


def _even(journeys: Journeys, reason: str) -> Shares:
    shares = even(journeys, reason)
    return Shares(shares.rows, shares.weights, only(journeys), (reason, "only"))


def only(journeys: Journeys) -> IntArray:
    """Give each row 1 where it is the only one of its journey, else 0."""
    codes = np.zeros(journeys.touches.height, dtype=np.int64)
    codes[journeys.starts[journeys.sizes == 1]] = 1
    return codes


def _first_where(journeys: Journeys, holds: BoolArray) -> IntArray:
    """Give each journey's first row where something holds, or -1."""
    return _leading(journeys, np.flatnonzero(holds))


def _last_where(journeys: Journeys, holds: BoolArray) -> IntArray:
    """Give each journey's last row where something holds, or -1."""
    return _leading(journeys, np.flatnonzero(holds)[::-1])


def _leading(journeys: Journeys, rows: IntArray) -> IntArray:
    """Of rows grouped by journey, give each journey the one that comes first, or -1."""
    owner = journeys.journey[rows]
    leads = np.diff(owner, prepend=_NONE) != 0
    found = np.full(len(journeys), _NONE)
    found[owner[leads]] = rows[leads]
    return found


def positive(weights: FloatArray, reasons: IntArray, labels: tuple[str, ...]) -> Shares:
    """Make shares of a weight and a reason per row, without the rows that earn nothing."""
    rows = np.flatnonzero(weights > 0)
    if len(rows) == len(weights):
        return Shares(rows, weights, reasons, labels)
    return Shares(rows, weights[rows], reasons[rows], labels)


def normalised(journeys: Journeys, raw: FloatArray) -> FloatArray:
    """Divide a value per row by its journey's sum."""
    return raw / journeys.spread(journeys.total(raw))
