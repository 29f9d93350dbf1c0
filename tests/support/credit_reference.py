"""Attribution once more, slowly: exact fractions, one journey at a time, from the formulas.

The fast rules are held to this. Nothing here is imported from `identity.attribute`: weights are
computed from the definitions, channels removed by really removing them, coalitions by listing them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations
from math import factorial, floor

import polars as pl

DAY_MS = 86_400_000
Weights = dict[str, Fraction]
PathCounts = Sequence[tuple[tuple[str, ...], Fraction, Fraction]]


@dataclass(frozen=True)
class Touch:
    """A touch of a journey; touches of a journey are given in their total order."""

    session: str
    at_ms: int
    channel: str | None = "Organic Search"
    is_exposure: bool = False

    @property
    def is_direct(self) -> bool:
        return self.channel == "Direct"

    @property
    def is_paid(self) -> bool:
        return bool(self.channel and self.channel.startswith("Paid"))

    @property
    def described(self) -> tuple[str | None, bool, bool, bool]:
        return self.channel, self.is_direct, self.is_exposure, self.is_paid

    @property
    def state(self) -> str:
        return self.channel or "(no channel)"


@dataclass(frozen=True)
class Journey:
    """A stage, when it and its milestones were reached, and its touches in order."""

    stage: str
    stage_at_ms: int
    touches: tuple[Touch, ...]
    times: tuple[tuple[str, int | None], ...] = ()

    def reached(self, label: str) -> int | None:
        return dict(self.times).get(label)


def frame(journeys: Iterable[Journey]) -> pl.DataFrame:
    """Give journeys as the table that the fast rules take."""
    rows = [
        (j.stage, t.session, t.at_ms, j.stage_at_ms, order, *t.described)
        for j in journeys
        for order, t in enumerate(j.touches)
    ]
    schema = {
        "stage": pl.String,
        "session": pl.String,
        "at_ms": pl.Int64,
        "stage_at_ms": pl.Int64,
        "order": pl.Int64,
        "channel": pl.String,
        "is_direct": pl.Boolean,
        "is_exposure": pl.Boolean,
        "is_paid": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def stage_times(journeys: Iterable[Journey], labels: Sequence[str]) -> pl.DataFrame:
    """Give the times of milestones as the table that the milestone rule takes."""
    rows = [(j.stage, *(j.reached(label) for label in labels)) for j in journeys]
    schema = {"stage": pl.String, **dict.fromkeys(labels, pl.Int64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def one(chosen: Touch) -> Weights:
    return {chosen.session: Fraction(1)}


def first(touches: Sequence[Touch]) -> Weights:
    return one(touches[0])


def last(touches: Sequence[Touch]) -> Weights:
    return one(touches[-1])


def first_where(touches: Sequence[Touch], holds: Callable[[Touch], bool]) -> Weights:
    return one(next((t for t in touches if holds(t)), touches[0]))


def last_where(touches: Sequence[Touch], holds: Callable[[Touch], bool]) -> Weights:
    return one(next((t for t in reversed(touches) if holds(t)), touches[-1]))


def linear(touches: Sequence[Touch]) -> Weights:
    return {t.session: Fraction(1, len(touches)) for t in touches}


def linear_distinct(touches: Sequence[Touch], spread: bool = False) -> Weights:
    by_channel: dict[str | None, list[Touch]] = {}
    for touch in touches:
        by_channel.setdefault(touch.channel, []).append(touch)
    share = Fraction(1, len(by_channel))
    if spread:
        return {t.session: share / len(same) for same in by_channel.values() for t in same}
    return {same[0].session: share for same in by_channel.values()}


def position(touches: Sequence[Touch], f: Fraction, m: Fraction, l: Fraction) -> Weights:  # noqa: E741  # the letters of the formula
    n = len(touches)
    if n == 1:
        return one(touches[0])
    if n == 2:
        ends = (f, l) if f + l else (Fraction(1, 2), Fraction(1, 2))
        return {t.session: e / sum(ends) for t, e in zip(touches, ends, strict=True)}
    shares = [f, *[m / (n - 2)] * (n - 2), l]
    return {t.session: share for t, share in zip(touches, shares, strict=True)}


def milestone(
    touches: Sequence[Touch],
    profile: Sequence[tuple[str, Fraction]],
    middle: Fraction,
    times: Mapping[str, int | None],
    stage_at_ms: int,
    missing: str = "renormalise",
    no_middle: str = "even",
) -> Weights:
    if len(touches) == 1:
        return one(touches[0])
    touch_of: dict[str, str] = {}
    for label, _ in profile:
        if label == "FT":
            touch_of[label] = touches[0].session
            continue
        tau = times.get(label)
        if tau is not None and tau <= stage_at_ms:
            for touch in touches:
                if touch.at_ms <= tau:
                    touch_of[label] = touch.session
    raw = {t.session: Fraction(0) for t in touches}
    carried = Fraction(0)
    for label, share in profile:
        if label in touch_of:
            raw[touch_of[label]] += share + carried
            carried = Fraction(0)
        elif missing == "carry":
            carried += share
        elif missing == "to_middle":
            middle += share
    between = [t.session for t in touches if t.session not in touch_of.values()]
    for session in between:
        raw[session] += middle / len(between)
    positions = [label for label, share in profile if label in touch_of and share > 0]
    if not between and no_middle == "even":
        for label in positions:
            raw[touch_of[label]] += middle / len(positions)
    total = sum(raw.values())
    if total == 0:
        return linear(touches)
    return {session: value / total for session, value in raw.items()}


def power_of_half(exponent: Fraction) -> Fraction:
    """Give 2^-exponent, to 60 digits where it is irrational."""
    if exponent.denominator == 1:
        return Fraction(1, 2**exponent.numerator)
    with localcontext(prec=60):
        lives = Decimal(exponent.numerator) / Decimal(exponent.denominator)
        return Fraction(Decimal(2) ** -lives)


def time_decay(touches: Sequence[Touch], half_life_days: Fraction, variant: str) -> Weights:
    newest = touches[-1].at_ms
    raw: Weights = {}
    for rank, touch in enumerate(touches, 1):
        lives = Fraction(newest - touch.at_ms) / (half_life_days * DAY_MS)
        if variant == "stepped":
            lives = Fraction(floor(lives))
        raw[touch.session] = Fraction(rank) if variant == "rank" else power_of_half(lives)
    return normalised(raw)


def normalised(raw: Weights) -> Weights:
    total = sum(raw.values())
    return {session: value / total for session, value in raw.items()}


def projected(touches: Sequence[Touch], strength: Mapping[str, Fraction]) -> Weights:
    raw = {t.session: strength.get(t.state, Fraction(0)) for t in touches}
    return normalised(raw) if sum(raw.values()) else linear(touches)


def paths_of(journeys: Iterable[Journey], lost: Iterable[Journey] = ()) -> PathCounts:
    """Give each journey's channels, as a path that converted or was lost once."""
    one_, none = Fraction(1), Fraction(0)
    return [(tuple(t.state for t in j.touches), one_, none) for j in journeys] + [
        (tuple(t.state for t in j.touches), none, one_) for j in lost
    ]


def convert_chance(paths: PathCounts, order: int, removed: str | None = None) -> Fraction:
    """Give the chance to convert of the chain, with every state of one channel made a dead end.

    Self-loops are kept here on purpose: dropping them, as the fast code does, must not matter.
    """
    moves: dict[tuple[str, ...], dict[tuple[str, ...] | str, Fraction]] = {}
    for path, won, gone in paths:
        state: tuple[str, ...] = ()
        for step in range(len(path)):
            after = tuple(path[max(0, step + 1 - order) : step + 1])
            outcomes = moves.setdefault(state, {})
            outcomes[after] = outcomes.get(after, Fraction(0)) + won + gone
            state = after
        outcomes = moves.setdefault(state, {})
        outcomes["won"] = outcomes.get("won", Fraction(0)) + won
        outcomes["gone"] = outcomes.get("gone", Fraction(0)) + gone
    states = [s for s in moves if removed is None or removed not in s]
    place = {state: index for index, state in enumerate(states)}
    rows: list[list[Fraction]] = []
    for state in states:
        total = sum(moves[state].values())
        row = [Fraction(0)] * (len(states) + 1)
        row[place[state]] = Fraction(1)
        for outcome, count in moves[state].items():
            if isinstance(outcome, tuple) and outcome in place and total:
                row[place[outcome]] -= count / total
        row[-1] = moves[state].get("won", Fraction(0)) / total if total else Fraction(0)
        rows.append(row)
    return solve(rows)[place[()]] if () in place else Fraction(0)


def solve(rows: list[list[Fraction]]) -> list[Fraction]:
    """Solve a linear system by elimination; the last column is the right side."""
    count = len(rows)
    for column in range(count):
        pivot = next(r for r in range(column, count) if rows[r][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = rows[column][column]
        rows[column] = [value / scale for value in rows[column]]
        for other in range(count):
            factor = rows[other][column]
            if other != column and factor:
                rows[other] = [
                    a - factor * b for a, b in zip(rows[other], rows[column], strict=True)
                ]
    return [row[-1] for row in rows]


def removal_effects(paths: PathCounts, order: int = 1) -> dict[str, Fraction]:
    """Give 1 - P_x / P per channel, by removing it."""
    whole = convert_chance(paths, order)
    channels = sorted({channel for path, _, _ in paths for channel in path})
    if not whole:
        return dict.fromkeys(channels, Fraction(0))
    return {x: 1 - convert_chance(paths, order, removed=x) / whole for x in channels}


def shapley(channels: Sequence[str], value: Callable[[frozenset[str]], Fraction]) -> Weights:
    """Give Shapley values by going through every coalition."""
    n = len(channels)
    result: Weights = {}
    for channel in channels:
        others = [other for other in channels if other != channel]
        total = Fraction(0)
        for size in range(n):
            orders = Fraction(factorial(size) * factorial(n - size - 1), factorial(n))
            for coalition in combinations(others, size):
                before = frozenset(coalition)
                total += orders * (value(before | {channel}) - value(before))
        result[channel] = total
    return result


def cumulative_rate(paths: PathCounts) -> Callable[[frozenset[str]], Fraction]:
    """Give the game v(S) = conversions / journeys among paths within S."""

    def value(coalition: frozenset[str]) -> Fraction:
        within = [(won, gone) for path, won, gone in paths if set(path) <= coalition]
        won = sum((w for w, _ in within), Fraction(0))
        total = won + sum((g for _, g in within), Fraction(0))
        return won / total if total and coalition else Fraction(0)

    return value


def exact_set_conversions(paths: PathCounts) -> Callable[[frozenset[str]], Fraction]:
    """Give the game v(S) = conversions of paths within S, behind the simplified value."""

    def value(coalition: frozenset[str]) -> Fraction:
        return sum((w for path, w, _ in paths if set(path) <= coalition), Fraction(0))

    return value


def clipped(values: Weights) -> Weights:
    positive = {name: max(value, Fraction(0)) for name, value in values.items()}
    total = sum(positive.values())
    return {name: value / total if total else value for name, value in positive.items()}


def allocate(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Split by largest remainder, exactly; ties to the earlier part."""
    sign, amount = (-1 if total < 0 else 1), abs(total)
    whole = sum(weights)
    exact = [amount * weight / whole for weight in weights]
    parts = [floor(value) for value in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_rest[: amount - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
