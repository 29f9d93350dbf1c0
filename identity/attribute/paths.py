"""Paths: the channels of journeys in order, with how often they led to a stage and how often not.

Data-driven rules learn from these: converted journeys are those before a stage, the others those of
entities without one. Whoever gives the others leaves out entities that are still active (last touch
within the look-back of now): counting them as lost makes recent channels look weak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from identity.attribute.arranged import (
    FloatArray,
    IntArray,
    Journeys,
    channel_codes,
    channels_of,
)
from identity.errors import FixInput

SEPARATOR: Final = " > "
NO_CHANNEL: Final = "(no channel)"
"""What a touch without a channel counts as: a channel of its own."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths as arrays, one after the other.

    ``codes``: places in ``channels``; ``starts``, ``sizes``: where each path begins, its length (at
    least 1); ``converted``, ``lost``: how often, or how much value, each path stands for.
    """

    channels: tuple[str, ...]
    codes: IntArray
    starts: IntArray
    sizes: IntArray
    converted: FloatArray
    lost: FloatArray

    @classmethod
    def of(cls, frame: pl.DataFrame, separator: str = SEPARATOR) -> Paths:
        """Read a table of ``path`` (list of channels, or text with a separator), ``conversions``
        and ``nulls`` (numbers of at least 0; missing or null is 0). Empty paths are left out.

        Raises:
            FixInput: a number is negative.
        """
        path = pl.col("path")
        if frame.schema["path"] == pl.String:
            path = path.str.split(separator)
        counts = [
            (pl.col(name).cast(pl.Float64) if name in frame.columns else pl.lit(0.0)).fill_null(0)
            for name in ("conversions", "nulls")
        ]
        rows = frame.select(path=path, converted=counts[0], lost=counts[1])
        sizes = rows["path"].list.len().fill_null(0)
        if (sizes == 0).any():
            rows, sizes = rows.filter(sizes > 0), sizes.filter(sizes > 0)
        if rows.select(pl.any_horizontal((pl.col("converted", "lost") < 0).any())).item():
            raise FixInput("conversions and nulls cannot be negative")
        steps = rows["path"].explode().fill_null(NO_CHANNEL)
        names = steps.unique().sort()
        lengths = sizes.cast(pl.Int64).to_numpy()
        return cls(
            channels=tuple(names),
            codes=steps.cast(pl.Enum(names)).to_physical().cast(pl.Int64).to_numpy(),
            starts=np.cumsum(lengths) - lengths,
            sizes=lengths,
            converted=rows["converted"].to_numpy(),
            lost=rows["lost"].to_numpy(),
        )

    @classmethod
    def of_journeys(cls, converted: Journeys, lost: Journeys | None = None) -> Paths:
        """Make paths of journeys: each counts once."""
        parts = [converted] if lost is None else [converted, lost]
        names = channels_of(*parts)
        sizes = np.concatenate([part.sizes for part in parts])
        flags = np.repeat([1.0, 0.0], [len(converted), len(sizes) - len(converted)])
        return cls(
            channels=(*names, NO_CHANNEL),
            codes=np.concatenate([channel_codes(part, names) for part in parts]),
            starts=np.cumsum(sizes) - sizes,
            sizes=sizes,
            converted=flags,
            lost=1.0 - flags,
        )

    @property
    def path(self) -> IntArray:
        """Which path each step belongs to."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def members(self) -> IntArray:
        """The set of channels of each path, a bit per channel.

        Raises:
            FixInput: there are more channels than bits.
        """
        if len(self.channels) > 62:
            raise FixInput(f"{len(self.channels)} channels are too many: group them to at most 62")
        if not len(self.starts):
            return np.zeros(0, dtype=np.int64)
        return np.bitwise_or.reduceat(np.left_shift(1, self.codes), self.starts)


def project(
    journeys: Journeys, channels: Sequence[str], strength: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Turn a strength per channel into a weight per touch: its channel's, over its journey's sum.

    A journey whose channels have no strength is shared out evenly. Gives weights and, per touch, 0
    where the strength decided and 1 where it was even.
    """
    names = channels_of(journeys)
    of_channel = dict(zip(channels, strength.tolist(), strict=True))
    table = np.array([of_channel.get(name, 0.0) for name in (*names, NO_CHANNEL)])
    raw = table[channel_codes(journeys, names)]
    totals = journeys.total(raw)
    reasons = np.zeros(len(raw), dtype=np.int64)
    if (totals <= 0).any():
        blank = journeys.spread(totals <= 0)
        raw[blank], reasons[blank] = 1.0, 1
        totals = np.where(totals <= 0, journeys.sizes, totals)
    return raw / journeys.spread(totals), reasons
