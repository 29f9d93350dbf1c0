"""Markov chains: what a channel is worth is how many conversions vanish when it is taken away.

Removal effects (Anderl, Becker, von Wangenheim, Schumann 2016) are exact here: one inverse of the
chain and, per channel, a correction of the rank of its states. Nothing is simulated, so nothing
needs a seed, and rare channels keep their effect.

With Q the transitions between states, r those to conversion, M = (I - Q)^-1, v the expected visits
of each state from the start and h = M r the chance to convert from each state, the conversions lost
with the states X of a channel are v_X (M_XX)^-1 h_X.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse import linalg

from identity.attribute.arranged import (
    BoolArray,
    FloatArray,
    IntArray,
    Journeys,
    Shares,
    channel_codes,
)
from identity.attribute.paths import Paths, project
from identity.attribute.positions import positive
from identity.errors import FixInput

Projection = Literal["effects", "raked"]

_DENSE_STATES: Final = 1500
_RAKE_ROUNDS: Final = 200
_RAKE_GAP: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Markov:
    """Settings of the Markov rule.

    ``order``: how many of the last channels a state remembers. ``projection``: how channel effects
    become credit of touches. ``effects`` gives a touch its channel's effect over the journey's sum:
    then journeys add up to 1, but channels need not add up to what the chain attributes to them.
    ``raked`` fits both as far as both can hold.

    Raises:
        FixInput: the order is below 1 or the projection unknown.
    """

    order: int = 1
    projection: Projection = "effects"

    def __post_init__(self) -> None:
        """Refuse a chain without memory."""
        if self.order < 1:
            raise FixInput(f"order is {self.order}; it must be at least 1")
        if self.projection not in get_args(Projection):
            raise FixInput(f"projection is one of {', '.join(get_args(Projection))}")


@dataclass(frozen=True, slots=True)
class Effects:
    """What the chain says of each channel.

    ``removal``: share of the conversions lost without the channel, 0 to 1. ``attributed``: its part
    of all conversions (they add up). ``chance``: probability to convert from the start.
    """

    channels: tuple[str, ...]
    removal: FloatArray
    attributed: FloatArray
    chance: float

    def table(self) -> pl.DataFrame:
        """Give ``channel``, ``removal_effect``, ``attributed``."""
        return pl.DataFrame(
            {
                "channel": list(self.channels),
                "removal_effect": self.removal,
                "attributed": self.attributed,
            }
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """The absorbing chain: transitions between states, to conversion, and from the start.

    ``holds[s, x]`` says whether state ``s`` remembers channel ``x``.
    """

    transient: sparse.csr_array
    converting: FloatArray
    entering: FloatArray
    holds: BoolArray


@dataclass(frozen=True, slots=True)
class Raked:
    """Weights per touch that fit journeys and channels; ``gap`` is the largest miss of a channel's
    total, as a share of all conversions, after ``rounds``."""

    weights: FloatArray
    gap: float
    rounds: int


def markov(journeys: Journeys, settings: Markov, lost: Journeys | None) -> Shares:
    """Give each touch its channel's removal effect, over the sum of its journey.

    ``lost`` are journeys that led to no stage; without them every path converts, and an effect says
    only how many journeys a channel is part of.
    """
    effects = removal_effects(Paths.of_journeys(journeys, lost), settings.order)
    weights, reasons = project(journeys, effects.channels, effects.removal)
    if settings.projection == "raked":
        weights = rake(journeys, weights, effects).weights
    reasons[journeys.starts[journeys.sizes == 1]] = 2
    return positive(weights, reasons, ("markov", "even", "only"))


def removal_effects(paths: Paths, order: int = 1) -> Effects:
    """Compute the removal effect of every channel, exactly.

    Without conversions all effects are 0.
    """
    built = chain(paths, order)
    conversions = float(paths.converted.sum())
    if conversions <= 0:
        nothing = np.zeros(len(paths.channels))
        return Effects(paths.channels, nothing, nothing, 0.0)
    chance, without = chances(built)
    removal = np.clip(1.0 - without / chance, 0.0, 1.0)
    return Effects(paths.channels, removal, conversions * removal / removal.sum(), chance)


def chain(paths: Paths, order: int) -> Chain:
    """Count the transitions of the chain; a state is the last ``order`` channels of a path.

    A step that does not change the state is no transition (dropping it changes no removal effect).
    """
    states, holds = _states(paths, order)
    count, total = holds.shape[0], paths.converted + paths.lost
    opening = np.zeros(len(states), dtype=np.bool_)
    opening[paths.starts] = True
    follows = np.flatnonzero((states[1:] != states[:-1]) & ~opening[1:]) + 1
    weight = np.repeat(total, paths.sizes)[follows]
    first, last = states[paths.starts], states[paths.starts + paths.sizes - 1]
    entering = _sums(first, total, count)
    converting = _sums(last, paths.converted, count)
    counts = _pairs(states[follows - 1], states[follows], weight, count)
    leaving = np.asarray(counts.sum(axis=1)) + _sums(last, total, count)
    scale = np.divide(1.0, leaving, out=np.zeros(count), where=leaving > 0)
    return Chain(
        transient=sparse.csr_array(sparse.diags_array(scale) @ counts),
        converting=converting * scale,
        entering=entering / max(float(total.sum()), np.finfo(float).tiny),
        holds=holds,
    )


def _sums(states: IntArray, weight: FloatArray, count: int) -> FloatArray:
    return np.bincount(states, weight, count).astype(np.float64)


def _pairs(start: IntArray, end: IntArray, weight: FloatArray, count: int) -> sparse.csr_array:
    """Add weights up by pair of states."""
    if count <= _DENSE_STATES:
        dense = _sums(start * count + end, weight, count * count).reshape(count, count)
        return sparse.csr_array(dense)
    return sparse.coo_array((weight, (start, end)), shape=(count, count)).tocsr()


def chances(built: Chain) -> tuple[float, FloatArray]:
    """Give the chance to convert, and the chance where each channel's states are dead ends."""
    return _dense(built) if len(built.converting) <= _DENSE_STATES else _sparse(built)


def rake(journeys: Journeys, weights: FloatArray, effects: Effects) -> Raked:
    """Fit weights so that channels add up to what the chain attributes to them, and journeys to 1.

    Iterative proportional fitting, ending on the journeys: those always add up. Both cannot hold
    where a channel is alone in more journeys than it is worth; the gap says how far off it stays.
    ``effects`` are those of `Paths.of_journeys`, whose last channel is that of touches without one.
    """
    codes = channel_codes(journeys, pl.Series(effects.channels[:-1], dtype=pl.String))
    goal = effects.attributed
    gap, rounds = np.inf, 0
    while rounds < _RAKE_ROUNDS and gap > _RAKE_GAP:
        now = np.bincount(codes, weights, len(goal))
        gap = float(np.abs(now - goal).max() / max(goal.sum(), 1.0))
        factor = np.divide(goal, now, out=np.ones(len(goal)), where=now > 0)
        fitted = weights * factor[codes]
        sums = journeys.total(fitted)
        weights = np.where(
            journeys.spread(sums > 0),
            fitted / journeys.spread(np.where(sums > 0, sums, 1.0)),
            weights,
        )
        rounds += 1
    return Raked(weights, gap, rounds)


def _states(paths: Paths, order: int) -> tuple[IntArray, BoolArray]:
    """Number the state after each step, and say which channels each state remembers."""
    codes, width = paths.codes, len(paths.channels) + 1
    if order == 1:
        return codes, np.eye(len(paths.channels), dtype=np.bool_)
    longest = int(paths.sizes.max()) if len(paths.sizes) else 1
    place = np.arange(len(codes)) - np.repeat(paths.starts, paths.sizes)
    states = codes
    for _ in range(1, min(order, longest)):
        # the last k+1 channels are the last k of the step before, and this step's channel
        before = np.where(place > 0, np.roll(states, 1) + 1, 0)
        states = np.unique(before * width + codes, return_inverse=True)[1].astype(np.int64)
    numbers, example = np.unique(states, return_index=True)
    holds = np.zeros((len(numbers), len(paths.channels)), dtype=np.bool_)
    for back in range(min(order, longest)):
        there = place[example] >= back
        holds[np.flatnonzero(there), codes[example[there] - back]] = True
    return np.searchsorted(numbers, states).astype(np.int64), holds


def _dense(built: Chain) -> tuple[float, FloatArray]:
    count = len(built.converting)
    inverse = np.linalg.inv(np.eye(count) - built.transient.toarray())
    reach, visits = inverse @ built.converting, built.entering @ inverse
    chance = float(built.entering @ reach)
    lost = np.zeros(built.holds.shape[1])
    for channel in range(len(lost)):
        held = np.flatnonzero(built.holds[:, channel])
        if len(held) == 1:
            one = held[0]
            lost[channel] = visits[one] * reach[one] / inverse[one, one]
        elif len(held):
            block = inverse[np.ix_(held, held)]
            lost[channel] = visits[held] @ np.linalg.solve(block, reach[held])
    return chance, chance - lost


def _sparse(built: Chain) -> tuple[float, FloatArray]:
    """Do it for many states: one sparse solve per channel."""
    count = len(built.converting)
    system = sparse.eye_array(count, format="csr") - built.transient
    chance = float(built.entering @ linalg.spsolve(system.tocsc(), built.converting))
    without = np.full(built.holds.shape[1], chance)
    for channel in range(len(without)):
        left = np.flatnonzero(~built.holds[:, channel])
        if len(left) == 0:
            without[channel] = 0.0
        elif len(left) < count:
            reach = linalg.spsolve(system[left][:, left].tocsc(), built.converting[left])
            without[channel] = float(built.entering[left] @ np.atleast_1d(reach))
    return chance, without
