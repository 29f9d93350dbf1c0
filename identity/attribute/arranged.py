"""Journeys laid out for vectorised rules: all touches in one table, one journey after the other.

Nothing here depends on the order rows arrive in: `arrange` sorts by (stage, order), and every rule
sees only that order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.errors import Stop

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

Scalar = TypeVar("Scalar", bound=np.generic)

DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which touches a model sees; a touch must pass all that is set.

    ``require`` names further boolean columns of the touches that must be true (Marketo lets only
    form fills be middle touches: a column ``is_form``).
    """

    exclude_direct: bool = False
    exclude_exposures: bool = False
    exclude_channels: frozenset[str] = frozenset()
    only_channels: frozenset[str] = frozenset()
    require: tuple[str, ...] = ()

    def mask(self, touches: pl.DataFrame) -> BoolArray:
        """Say for each touch whether it passes. A touch without a channel is in no channel list."""
        if self == Filter():
            return np.ones(touches.height, dtype=np.bool_)
        tests = [pl.lit(True)]
        if self.exclude_direct:
            tests.append(~pl.col("is_direct"))
        if self.exclude_exposures:
            tests.append(~pl.col("is_exposure"))
        if self.exclude_channels:
            tests.append(~pl.col("channel").is_in(sorted(self.exclude_channels)).fill_null(False))
        if self.only_channels:
            tests.append(pl.col("channel").is_in(sorted(self.only_channels)).fill_null(False))
        tests.extend(pl.col(name).fill_null(False) for name in self.require)
        passed = touches.select(passed=pl.repeat(True, pl.len()) & pl.all_horizontal(tests))
        return passed["passed"].to_numpy()


@dataclass(frozen=True, slots=True)
class Journeys:
    """Touches of many journeys, each contiguous and in its total order.

    ``touches``: the sorted table. ``starts``, ``sizes``: first row and number of touches of each
    journey; no journey is empty. ``ids``: the journeys' numbers in the table they were taken from.
    """

    touches: pl.DataFrame
    starts: IntArray
    sizes: IntArray
    ids: IntArray

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def ends(self) -> IntArray:
        """Last row of each journey."""
        return self.starts + self.sizes - 1

    @property
    def journey(self) -> IntArray:
        """Which journey each row belongs to."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def spread(self, per_journey: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        """Repeat a value per journey for each of its rows."""
        return np.repeat(per_journey, self.sizes)

    def total(self, per_row: FloatArray) -> FloatArray:
        """Add up a value per row over each journey."""
        return np.add.reduceat(per_row, self.starts) if len(self) else np.zeros(0)

    def count(self, holds: BoolArray) -> IntArray:
        """Count the rows of each journey where something holds."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(holds, self.starts, dtype=np.int64)

    def count_until(self, column: str, limits: IntArray) -> IntArray:
        """Count the touches of each journey up to its limit, in a column that never falls."""
        values = self.integers(column)
        low, high = np.zeros(len(self), dtype=np.int64), self.sizes.copy()
        open_ = np.flatnonzero(low < high)
        while len(open_):
            middle = (low[open_] + high[open_]) // 2
            reached = values[self.starts[open_] + middle] <= limits[open_]
            low[open_[reached]] = middle[reached] + 1
            high[open_[~reached]] = middle[~reached]
            open_ = open_[low[open_] < high[open_]]
        return low

    def integers(self, column: str) -> IntArray:
        """Give an integer column of the touches."""
        return self.touches[column].cast(pl.Int64).to_numpy()

    def flags(self, column: str) -> BoolArray:
        """Give a boolean column of the touches; null is False."""
        return self.touches[column].fill_null(False).to_numpy()

    def restrict(self, keep: BoolArray) -> Journeys:
        """Keep some touches; journeys that lose all of theirs are gone."""
        if keep.all():
            return self
        sizes = self.count(keep)
        left = sizes > 0
        sizes = sizes[left]
        return Journeys(self.touches.filter(keep), _starts(sizes), sizes, self.ids[left])

    def without(self, other: Journeys) -> Journeys:
        """Keep the journeys that another, taken from the same table, does not have."""
        gone = np.isin(self.ids, other.ids, assume_unique=True)
        return self.restrict(self.spread(~gone))


@dataclass(frozen=True, slots=True)
class Shares:
    """What a rule gives: some rows with their weight and reason.

    A row that is not there has no share. ``reasons`` holds an index into ``labels`` per row.
    """

    rows: IntArray
    weights: FloatArray
    reasons: IntArray
    labels: tuple[str, ...]


def arrange(touches: pl.DataFrame) -> Journeys:
    """Lay touches out by journey.

    Args:
        touches: one row per touch of a stage: ``stage`` and ``session`` (ids), ``at_ms`` (start of
            the session), ``stage_at_ms``, ``order`` (integer; the touch's rank in the journey's
            total order: start, source sequence, session id), ``channel``, ``is_direct``,
            ``is_exposure``, ``is_paid``. Rows may come in any order.

    Raises:
        Stop: two touches of one stage have the same rank, so the order is not total.
    """
    if not _is_sorted(touches):
        touches = touches.sort("stage", "order")
    new = touches.select(
        stage=pl.col("stage").ne_missing(pl.col("stage").shift()),
        tie=pl.col("order").eq(pl.col("order").shift()).fill_null(False),
    )
    ties = touches.filter(~new["stage"] & new["tie"])
    if ties.height:
        raise Stop(f"two touches of stage {ties['stage'][0]} have rank {ties['order'][0]}")
    first = new["stage"].to_numpy(allow_copy=True, writable=True)
    first[:1] = True
    starts = np.flatnonzero(first).astype(np.int64)
    sizes = np.diff(np.append(starts, touches.height)).astype(np.int64)
    return Journeys(touches, starts, sizes, np.arange(len(starts), dtype=np.int64))


def channel_codes(journeys: Journeys, channels: pl.Series) -> IntArray:
    """Give each touch its channel's place in ``channels``; without a channel, ``len(channels)``."""
    codes = journeys.touches["channel"].cast(pl.Enum(channels)).to_physical().cast(pl.Int64)
    return codes.fill_null(len(channels)).to_numpy()


def channels_of(*journeys: Journeys) -> pl.Series:
    """List the channels of some journeys, sorted."""
    columns = [part.touches["channel"].cast(pl.String) for part in journeys]
    return pl.concat(columns).drop_nulls().unique().sort()


def _is_sorted(touches: pl.DataFrame) -> bool:
    stage, order = pl.col("stage"), pl.col("order")
    ahead = (stage > stage.shift()) | ((stage == stage.shift()) & (order >= order.shift()))
    return bool(touches.select(ahead.slice(1).all()).item())


def _starts(sizes: IntArray) -> IntArray:
    starts = np.zeros(len(sizes), dtype=np.int64)
    np.cumsum(sizes[:-1], out=starts[1:])
    return starts
