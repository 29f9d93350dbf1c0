"""Markov and Shapley against brute force, and the theorems that hold for every set of paths."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import groupby

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.attribute import markov, shapley
from identity.attribute.arranged import arrange, channel_codes
from identity.attribute.markov import removal_effects
from identity.attribute.models import Model, credit
from identity.attribute.paths import Paths
from identity.attribute.positions import Distinct
from tests.support import credit_reference as ref
from tests.support.credit_reference import Journey, PathCounts, Touch

pytestmark = pytest.mark.small_frames

CHANNELS = "ABCDE"

counted = st.tuples(
    st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=6).map(tuple),
    st.integers(0, 4).map(F),
    st.integers(0, 4).map(F),
)
many = st.lists(counted, min_size=1, max_size=7)
converting = many.filter(lambda paths: sum(won for _, won, _ in paths) > 0)


def arrays(paths: PathCounts) -> Paths:
    return Paths.of(
        pl.DataFrame(
            {
                "path": [list(path) for path, _, _ in paths],
                "conversions": [float(won) for _, won, _ in paths],
                "nulls": [float(gone) for _, _, gone in paths],
            }
        )
    )


def by_name(channels: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return dict(zip(channels, values.tolist(), strict=True))


def close(got: dict[str, float], wanted: ref.Weights) -> bool:
    return got == pytest.approx({name: float(value) for name, value in wanted.items()}, abs=1e-12)


@given(paths=converting, order=st.integers(1, 7))
@settings(max_examples=120, deadline=None)
def test_removal_effects_are_those_of_removing(paths: PathCounts, order: int) -> None:
    effects = removal_effects(arrays(paths), order)
    wanted = ref.removal_effects(paths, order)
    assert close(by_name(effects.channels, effects.removal), wanted)
    won = sum(w for _, w, _ in paths)
    attributed = {name: won * effect / sum(wanted.values()) for name, effect in wanted.items()}
    assert close(by_name(effects.channels, effects.attributed), attributed)


@given(paths=converting, order=st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_many_states_take_the_sparse_way_to_the_same_effects(paths: PathCounts, order: int) -> None:
    built = markov.chain(arrays(paths), order)
    chance, without = markov._dense(built)
    sparse_chance, sparse_without = markov._sparse(built)
    assert sparse_chance == pytest.approx(chance, abs=1e-12)
    assert sparse_without == pytest.approx(without, abs=1e-12)


@given(paths=converting)
@settings(max_examples=60, deadline=None)
def test_m1_the_chain_converts_as_often_as_the_data(paths: PathCounts) -> None:
    won = float(sum(w for _, w, _ in paths))
    tried = won + float(sum(n for _, _, n in paths))
    for order in (1, 2, 3):
        assert removal_effects(arrays(paths), order).chance == pytest.approx(won / tried, abs=1e-12)


@given(paths=converting)
@settings(max_examples=60, deadline=None)
def test_m2_repeats_of_a_channel_change_no_effect_of_first_order(paths: PathCounts) -> None:
    collapsed = [(tuple(c for c, _ in groupby(path)), won, gone) for path, won, gone in paths]
    plain, short = (removal_effects(arrays(some), 1) for some in (paths, collapsed))
    assert short.removal == pytest.approx(plain.removal, abs=1e-12)


@given(paths=converting)
@settings(max_examples=60, deadline=None)
def test_m3_to_m6(paths: PathCounts) -> None:
    won = float(sum(w for _, w, _ in paths))
    without_lost = [(path, w, F(0)) for path, w, _ in paths if w]
    assert removal_effects(arrays(without_lost)).chance == pytest.approx(1.0, abs=1e-12)
    whole = removal_effects(arrays(paths), order=6)
    for channel, effect in zip(whole.channels, whole.removal.tolist(), strict=True):
        part = float(sum(w for path, w, _ in paths if channel in path)) / won
        assert effect == pytest.approx(part, abs=1e-12)
    # a channel on every converted path has effect 1 in this chain, which knows whole paths; one of
    # first order cannot tell that A, B, A needs its B
    first = removal_effects(arrays(paths))
    assert ((first.removal >= 0) & (first.removal <= 1)).all()
    assert first.attributed.sum() == pytest.approx(won, abs=1e-9)


@given(paths=converting, factor=st.integers(2, 9))
@settings(max_examples=40, deadline=None)
def test_counting_by_value_instead_scales_with_the_unit_only(
    paths: PathCounts, factor: int
) -> None:
    effects = removal_effects(arrays(paths))
    scaled = removal_effects(arrays([(p, w * factor, n * factor) for p, w, n in paths]))
    assert scaled.removal == pytest.approx(effects.removal, abs=1e-12)
    assert scaled.attributed == pytest.approx(effects.attributed * factor, abs=1e-9)


@given(paths=many)
@settings(max_examples=120, deadline=None)
def test_cumulative_shapley_is_the_mean_over_all_coalitions(paths: PathCounts) -> None:
    values = shapley.cumulative(arrays(paths))
    wanted = ref.shapley(values.channels, ref.cumulative_rate(paths))
    assert close(by_name(values.channels, values.raw), wanted)
    assert close(by_name(values.channels, values.share), ref.clipped(wanted))
    everything = frozenset(values.channels)
    assert values.raw.sum() == pytest.approx(float(ref.cumulative_rate(paths)(everything)))


@given(paths=many, prior=st.tuples(st.integers(0, 3), st.integers(0, 3)))
@settings(max_examples=60, deadline=None)
def test_a_prior_draws_rates_of_small_sets_to_itself(
    paths: PathCounts, prior: tuple[int, int]
) -> None:
    values = shapley.cumulative(arrays(paths), shapley.Shapley(prior=(prior[0], prior[1])))

    def rate(coalition: frozenset[str]) -> F:
        within = [(won, gone) for path, won, gone in paths if set(path) <= coalition]
        won = sum((w for w, _ in within), F(prior[0]))
        tried = won + sum((g for _, g in within), F(prior[1]))
        return won / tried if tried and coalition else F(0)

    assert close(by_name(values.channels, values.raw), ref.shapley(values.channels, rate))


@given(paths=converting)
@settings(max_examples=80, deadline=None)
def test_simplified_shapley_is_the_enumeration_and_linear_over_channels(paths: PathCounts) -> None:
    values = shapley.simplified(arrays(paths))
    wanted = ref.shapley(values.channels, ref.exact_set_conversions(paths))
    assert close(by_name(values.channels, values.raw), wanted)
    stages = [
        Journey(f"g{n}_{copy}", 10, tuple(Touch(f"s{i}", i, c) for i, c in enumerate(path)))
        for n, (path, won, _) in enumerate(paths)
        for copy in range(int(won))
    ]
    for spread in (False, True):
        table = credit(ref.frame(stages), Model("m", "linear_distinct", Distinct(spread)))
        by_channel = (
            table.join(ref.frame(stages), on=["stage", "session"])
            .group_by("channel")
            .agg(pl.col("weight").sum())
        )
        got = dict(by_channel.iter_rows())
        assert got == pytest.approx({k: float(v) for k, v in wanted.items() if v}, abs=1e-9)


@given(paths=converting)
@settings(max_examples=80, deadline=None)
def test_ordered_shapley_adds_up_even_where_channels_repeat(paths: PathCounts) -> None:
    table = shapley.ordered(arrays(paths))
    won = float(sum(w for _, w, _ in paths))
    assert table["conversions"].sum() == pytest.approx(won, abs=1e-9)
    by_channel = table.group_by("channel").agg(pl.col("conversions").sum()).sort("channel")
    assert by_channel["conversions"].to_numpy() == pytest.approx(
        shapley.simplified(arrays(paths)).raw, abs=1e-9
    )


@given(paths=converting)
@settings(max_examples=60, deadline=None)
def test_a_channel_without_a_part_gets_nothing_and_twins_get_the_same(paths: PathCounts) -> None:
    unseen = [*paths, (("Z",), F(0), F(0))]
    for values in (shapley.cumulative(arrays(unseen)), shapley.simplified(arrays(unseen))):
        assert by_name(values.channels, values.raw)["Z"] == 0
    effects = removal_effects(arrays(unseen))
    assert by_name(effects.channels, effects.removal)["Z"] == 0
    twins = [(tuple(x for c in path for x in ((c, "A2") if c == "A" else (c,))), w, n)
             for path, w, n in paths]  # fmt: skip
    values = shapley.cumulative(arrays(twins))
    raw = by_name(values.channels, values.raw)
    assert raw.get("A", 0.0) == pytest.approx(raw.get("A2", 0.0), abs=1e-12)


def test_sampled_shapley_is_near_the_exact_value_and_repeatable() -> None:
    random = np.random.default_rng(11)
    names = [f"c{n:02}" for n in range(18)]
    rows = [
        (tuple(random.choice(names, random.integers(1, 5))), F(int(random.integers(0, 3))), F(2))
        for _ in range(150)
    ]
    some = shapley.cumulative(arrays(rows), shapley.Shapley(samples=4000, seed=3))
    again = shapley.cumulative(arrays(rows), shapley.Shapley(samples=4000, seed=3))
    assert some.raw.tolist() == again.raw.tolist()
    everything = frozenset(some.channels)
    assert some.raw.sum() == pytest.approx(float(ref.cumulative_rate(rows)(everything)), abs=1e-12)
    sets, won, lost = shapley._by_set(arrays(rows))
    exact = shapley._exact((shapley._membership(sets, len(some.channels)), won, lost), (0.0, 0.0))
    assert some.raw == pytest.approx(exact, abs=0.01)


@given(paths=st.lists(counted, min_size=2, max_size=6), order=st.integers(1, 2))
@settings(max_examples=60, deadline=None)
def test_raked_credit_keeps_journeys_whole_and_meets_channels_where_it_can(
    paths: PathCounts, order: int
) -> None:
    # every journey has a touch of every channel, so both margins can hold
    stages = [
        Journey(
            f"g{n}", 100, tuple(Touch(f"s{n}_{i}", i, c) for i, c in enumerate((*p, *CHANNELS)))
        )
        for n, (p, _, _) in enumerate(paths)
    ]
    lost = [
        Journey(f"n{n}", 100, tuple(Touch(f"l{n}_{i}", i, c) for i, c in enumerate(p)))
        for n, (p, _, _) in enumerate(paths)
    ]
    journeys = arrange(ref.frame(stages))
    effects = removal_effects(Paths.of_journeys(journeys, arrange(ref.frame(lost))), order)
    even = np.repeat(1 / journeys.sizes, journeys.sizes)
    raked = markov.rake(journeys, even, effects)
    assert journeys.total(raked.weights) == pytest.approx(np.ones(len(stages)), abs=1e-12)
    codes = channel_codes(journeys, pl.Series(effects.channels[:-1]))
    totals = np.bincount(codes, raked.weights, len(effects.channels))
    assert totals == pytest.approx(effects.attributed, abs=1e-6 * len(stages))
    assert raked.gap <= 1e-9
