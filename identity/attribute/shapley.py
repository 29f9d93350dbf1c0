"""Shapley values: a channel's average contribution over all orders in which channels could join.

Three games. `simplified` counts conversions by the exact set of channels; it equals linear over
distinct channels and looks at no lost journey, so "data-driven" would be too much to say of it.
`cumulative` asks how much the conversion rate among journeys within a set of channels rises when a
channel joins the set; it is the one behind the model. `ordered` splits the simplified value by the
place of the channel in the path.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Final

import numpy as np
import polars as pl

from identity.attribute.arranged import FloatArray, IntArray, Journeys, Shares
from identity.attribute.paths import Paths, project
from identity.attribute.positions import positive
from identity.errors import FixInput

_EXACT: Final = 16
_CELLS: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Shapley:
    """Settings of the Shapley rule.

    ``prior``: conversions and lost journeys added to every set of channels, against rates of sets
    that few journeys stand for. Up to 16 channels the value is exact; above it is estimated from
    ``samples`` pairs of an order and its reverse, drawn from ``seed``.

    Raises:
        FixInput: a prior below 0, or no samples.
    """

    prior: tuple[float, float] = (0.0, 0.0)
    samples: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing."""
        if min(self.prior) < 0 or self.samples < 1:
            raise FixInput("prior is at least 0 and samples at least 1")


@dataclass(frozen=True, slots=True)
class Values:
    """Shapley values by channel.

    ``raw`` adds up to the value of all channels together and may be negative: a channel can lower
    the rate. ``share`` is ``raw`` with the negative ones set to 0, as parts of 1.
    """

    channels: tuple[str, ...]
    raw: FloatArray
    share: FloatArray

    def table(self) -> pl.DataFrame:
        """Give ``channel``, ``raw``, ``share``."""
        return pl.DataFrame({"channel": list(self.channels), "raw": self.raw, "share": self.share})


def shapley(journeys: Journeys, settings: Shapley, lost: Journeys | None) -> Shares:
    """Give each touch its channel's share in the cumulative game, over the sum of its journey.

    ``lost`` are journeys that led to no stage; the game is about rates and says little without
    them. A journey of channels without a share is divided evenly.
    """
    values = cumulative(Paths.of_journeys(journeys, lost), settings)
    weights, reasons = project(journeys, values.channels, values.share)
    reasons[journeys.starts[journeys.sizes == 1]] = 2
    return positive(weights, reasons, ("shapley", "even", "only"))


def simplified(paths: Paths) -> Values:
    """Divide the conversions of each set of channels evenly over the set.

    phi_i = sum over sets T with i of R(T) / |T| (Zhao, Mahboobi, Bagheri 2018).
    """
    sets, converted, _ = _by_set(paths)
    inside = _membership(sets, len(paths.channels))
    size = np.maximum(inside.sum(axis=1), 1)
    return _values(paths.channels, (converted / size) @ inside)


def ordered(paths: Paths) -> pl.DataFrame:
    """Divide the simplified value by place: ``channel``, ``position`` (from 1), ``conversions``.

    A channel that stands several times in a path has its part divided over those places, so the
    whole adds up to the conversions.
    """
    steps = pl.DataFrame(
        {
            "path": paths.path,
            "code": paths.codes,
            "position": np.arange(len(paths.codes)) - np.repeat(paths.starts, paths.sizes) + 1,
            "converted": np.repeat(paths.converted, paths.sizes),
        }
    )
    part = pl.col("converted") / (
        pl.col("code").n_unique().over("path") * pl.len().over("path", "code")
    )
    return (
        steps.with_columns(part=part)
        .group_by("code", "position")
        .agg(conversions=pl.col("part").sum())
        .sort("code", "position")
        .select(
            pl.lit(pl.Series(paths.channels, dtype=pl.String)).gather("code").alias("channel"),
            "position",
            "conversions",
        )
    )


def cumulative(paths: Paths, settings: Shapley | None = None) -> Values:
    """Compute the values of the game v(S) = conversions / journeys among paths within S.

    v of no channel is 0; sets that no path lies within have rate 0 unless a prior is given.
    """
    how = settings or Shapley()
    used = np.unique(paths.codes)
    sets, converted, lost = _by_set(paths)
    inside = _membership(sets, len(paths.channels))[:, used]
    exact = len(used) <= _EXACT
    raw = np.zeros(len(paths.channels))
    if len(used):
        game = (inside, converted, lost)
        raw[used] = _exact(game, how.prior) if exact else _sampled(game, how)
    return _values(paths.channels, raw)


_Game = tuple[FloatArray, FloatArray, FloatArray]


def _values(channels: tuple[str, ...], raw: FloatArray) -> Values:
    positive = np.maximum(raw, 0.0)
    whole = positive.sum()
    return Values(channels, raw, positive / whole if whole > 0 else positive)


def _by_set(paths: Paths) -> tuple[IntArray, FloatArray, FloatArray]:
    """Add paths up by their set of channels."""
    sets, place = np.unique(paths.members, return_inverse=True)
    converted = np.bincount(place, paths.converted, len(sets)).astype(np.float64)
    lost = np.bincount(place, paths.lost, len(sets)).astype(np.float64)
    return sets, converted, lost


def _membership(sets: IntArray, channels: int) -> FloatArray:
    return (sets[:, None] >> np.arange(channels) & 1).astype(np.float64)


def _rate(converted: FloatArray, lost: FloatArray, prior: tuple[float, float]) -> FloatArray:
    won = converted + prior[0]
    tried = won + lost + prior[1]
    return np.divide(won, tried, out=np.zeros(len(won)), where=tried > 0)


def _exact(game: _Game, prior: tuple[float, float]) -> FloatArray:
    inside, converted, lost = game
    count = inside.shape[1]
    bits = (inside @ 2.0 ** np.arange(count)).astype(np.int64)
    sums = [np.bincount(bits, values, 2**count).astype(np.float64) for values in (converted, lost)]
    everything = np.arange(2**count)
    for channel in range(count):
        with_it = everything[(everything >> channel & 1) == 1]
        for values in sums:
            values[with_it] += values[with_it ^ (1 << channel)]
    value = _rate(sums[0], sums[1], prior)
    value[0] = 0.0
    size = _membership(everything, count).sum(axis=1).astype(np.int64)
    orders = np.array(
        [factorial(s) * factorial(count - s - 1) / factorial(count) for s in range(count)]
    )
    raw = np.zeros(count)
    for channel in range(count):
        without = everything[(everything >> channel & 1) == 0]
        gain = value[without | (1 << channel)] - value[without]
        raw[channel] = (orders[size[without]] * gain).sum()
    return raw


def _sampled(game: _Game, how: Shapley) -> FloatArray:
    """Average the gains over random orders, each with its reverse (error falls as 1/sqrt(n))."""
    inside, converted, lost = game
    count = inside.shape[1]
    random = np.random.default_rng(how.seed)
    raw = np.zeros(count)
    done = 0
    while done < how.samples:
        block = max(1, min(_CELLS // inside.size, how.samples - done))
        forward = random.permuted(np.tile(np.arange(count), (block, 1)), axis=1)
        for orders in (forward, forward[:, ::-1]):
            # a path lies within the channels that have joined from its last channel's turn on
            turn = np.argsort(orders, axis=1)
            complete = np.where(inside[None] > 0, turn[:, None, :], -1).max(axis=2)
            flat = (complete + np.arange(block)[:, None] * count).ravel()
            won, missed = (
                np.bincount(flat, np.tile(values, block), block * count).reshape(block, count)
                for values in (converted, lost)
            )
            value = _rate(
                won.cumsum(axis=1).ravel(), missed.cumsum(axis=1).ravel(), how.prior
            ).reshape(block, count)
            gains = np.diff(value, axis=1, prepend=0.0)
            raw += np.bincount(orders.ravel(), gains.ravel(), count)
        done += block
    return raw / (2 * how.samples)
