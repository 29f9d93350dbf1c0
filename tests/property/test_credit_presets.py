"""What must hold for every named model, on random journeys: the invariants, and the formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction as F
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.attribute.arranged import Filter
from identity.attribute.models import UNATTRIBUTED, Inputs, credit, unattributed, with_values
from identity.attribute.presets import PRESETS
from tests.support import credit_reference as ref
from tests.support.credit_reference import DAY_MS, Journey, Touch, Weights

pytestmark = pytest.mark.small_frames

LABELS = ("LC", "OC", "CW")
CHANNELS = ("Direct", "Organic Search", "Paid Search", "Paid Social", "Email", None)
STAGE_AT = 1_700_000_000_000
ADDING = [name for name, model in PRESETS.items() if model.adds_up]


class World(NamedTuple):
    """Journeys with a stage, and journeys without one."""

    journeys: tuple[Journey, ...]
    lost: tuple[Journey, ...]

    @property
    def touches(self) -> pl.DataFrame:
        return ref.frame(self.journeys)

    @property
    def inputs(self) -> Inputs:
        return Inputs(stage_times=ref.stage_times(self.journeys, LABELS), lost=ref.frame(self.lost))


ages = st.one_of(st.integers(1, 5 * DAY_MS), st.sampled_from([DAY_MS, 7 * DAY_MS, 120 * DAY_MS]))
times = st.one_of(st.none(), st.integers(-6 * DAY_MS, DAY_MS))


@st.composite
def journeys(draw: st.DrawFn, prefix: str, most: int) -> tuple[Journey, ...]:
    made = []
    for number in range(draw(st.integers(0, most))):
        drawn = draw(
            st.lists(
                st.tuples(ages, st.sampled_from(CHANNELS), st.booleans()), min_size=1, max_size=7
            )
        )
        ordered = sorted(drawn, key=lambda touch: -touch[0])
        touches = tuple(
            Touch(f"ses_{prefix}{number}_{place}", STAGE_AT - age, channel, exposure)
            for place, (age, channel, exposure) in enumerate(ordered)
        )
        reached = tuple(
            (label, None if at is None else STAGE_AT + at)
            for label, at in zip(LABELS, draw(st.tuples(times, times, times)), strict=True)
        )
        made.append(Journey(f"{prefix}{number}", STAGE_AT, touches, reached))
    return tuple(made)


worlds = st.builds(World, journeys("g", 5), journeys("n", 4)).filter(lambda world: world.journeys)


def half(*labels: str) -> list[tuple[str, F]]:
    return [(label, F(1, 2)) for label in labels]


def by_milestone(profile: list[tuple[str, F]], middle: F) -> Callable[[Journey, World], Weights]:
    return lambda j, _: ref.milestone(j.touches, profile, middle, dict(j.times), j.stage_at_ms)


def position(f: int, m: int, l: int) -> Callable[[Journey, World], Weights]:  # noqa: E741  # the letters of the formula
    return lambda j, _: ref.position(j.touches, F(f, 10), F(m, 10), F(l, 10))


def markov(journey: Journey, world: World) -> Weights:
    return ref.projected(
        journey.touches, ref.removal_effects(ref.paths_of(world.journeys, world.lost))
    )


def shapley(journey: Journey, world: World) -> Weights:
    paths = ref.paths_of(world.journeys, world.lost)
    channels = sorted({channel for path, _, _ in paths for channel in path})
    return ref.projected(
        journey.touches, ref.clipped(ref.shapley(channels, ref.cumulative_rate(paths)))
    )


W = by_milestone([("FT", F(3, 10)), ("LC", F(3, 10)), ("OC", F(3, 10))], F(1, 10))
FULL = by_milestone([(label, F(225, 1000)) for label in ("FT", *LABELS)], F(1, 10))
EXPECTED: dict[str, Callable[[Journey, World], Weights]] = {
    "first_touch": lambda j, _: ref.first(j.touches),
    "last_touch": lambda j, _: ref.last(j.touches),
    "first_non_direct": lambda j, _: ref.first_where(j.touches, lambda t: not t.is_direct),
    "last_non_direct": lambda j, _: ref.last_where(j.touches, lambda t: not t.is_direct),
    "first_paid": lambda j, _: ref.first_where(j.touches, lambda t: t.is_paid),
    "last_paid": lambda j, _: ref.last_where(j.touches, lambda t: t.is_paid),
    "linear": lambda j, _: ref.linear(j.touches),
    "linear_distinct": lambda j, _: ref.linear_distinct(j.touches),
    "u_shaped": position(4, 2, 4),
    "j_shaped": position(2, 2, 6),
    "inverse_j": position(6, 2, 2),
    "w_shaped": W,
    "w_hubspot": W,
    "u_hubspot": by_milestone([("FT", F(4, 10)), ("LC", F(4, 10))], F(2, 10)),
    "u_marketo": by_milestone(half("FT", "LC"), F(0)),
    "z_shaped": FULL,
    "full_path": FULL,
    "time_decay": lambda j, _: ref.time_decay(j.touches, F(7), "exponential"),
    "markov": markov,
    "shapley": shapley,
    "participation": lambda j, _: {t.session: F(1) for t in j.touches},
}


@pytest.mark.parametrize("name", PRESETS)
@given(world=worlds)
@settings(max_examples=40, deadline=None)
def test_weights_are_those_of_the_formula(name: str, world: World) -> None:
    got = credit(world.touches, PRESETS[name], world.inputs)
    weights = {(row["stage"], row["session"]): row["weight"] for row in got.to_dicts()}
    for journey in world.journeys:
        for session, wanted in EXPECTED[name](journey, world).items():
            found = weights.pop((journey.stage, session), 0.0)
            assert found == pytest.approx(float(wanted), abs=1e-12), session
    assert not weights


@pytest.mark.parametrize("name", ADDING)
@given(world=worlds, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_i1_to_i4_shares_of_one_in_any_row_order(name: str, world: World, seed: int) -> None:
    model, inputs = PRESETS[name], world.inputs
    got = credit(world.touches, model, inputs)
    sums = got.group_by("stage").agg(pl.col("weight").sum(), pl.len())
    assert sums.height == len(world.journeys)
    for row in sums.to_dicts():
        assert abs(row["weight"] - 1) <= 1e-12 * row["len"]
    assert (got["weight"] > 0).all()
    alone = {journey.stage for journey in world.journeys if len(journey.touches) == 1}
    lonely = got.filter(pl.col("stage").is_in(sorted(alone)))
    assert lonely["weight"].to_list() == [1.0] * len(alone)
    assert set(lonely["reason"]) <= {"only"}
    shuffled = Inputs(
        stage_times=inputs.stage_times.sample(fraction=1, shuffle=True, seed=seed),
        lost=inputs.lost.sample(fraction=1, shuffle=True, seed=seed),
    )
    mixed = world.touches.sample(fraction=1, shuffle=True, seed=seed)
    assert credit(mixed, model, shuffled).equals(got)


@pytest.mark.parametrize("name", ADDING)
@given(world=worlds)
@settings(max_examples=25, deadline=None)
def test_i5_what_a_model_does_not_see_changes_nothing(name: str, world: World) -> None:
    model = replace(PRESETS[name], filter=Filter(exclude_direct=True, exclude_exposures=True))
    got = credit(world.touches, model, world.inputs)
    hidden = pl.col("is_direct") | pl.col("is_exposure")
    seen = world.touches.filter(~hidden)
    without = Inputs(stage_times=world.inputs.stage_times, lost=world.inputs.lost.filter(~hidden))
    left = credit(seen, model, without)
    nobody = unattributed(
        pl.Series(sorted(set(world.touches["stage"]) - set(seen["stage"])), dtype=pl.String)
    )
    assert got.equals(pl.concat([left, nobody]).sort("stage", "order"))
    earned = got.filter(pl.col("session") != UNATTRIBUTED).join(
        world.touches.filter(hidden), on=["stage", "session"]
    )
    assert earned.is_empty()


@pytest.mark.parametrize("name", ADDING)
@given(
    world=worlds,
    values=st.lists(st.integers(-(10**11), 10**11), min_size=5, max_size=5),
    factor=st.integers(2, 1000),
)
@settings(max_examples=25, deadline=None)
def test_i6_and_i7_money_adds_up_and_scales(
    name: str, world: World, values: list[int], factor: int
) -> None:
    got = credit(world.touches, PRESETS[name], world.inputs)
    stages = [journey.stage for journey in world.journeys]
    totals = pl.DataFrame({"stage": stages, "value_minor": values[: len(stages)]})
    valued = with_values(got, totals)
    sums = valued.group_by("stage").agg(pl.col("value_minor").sum()).sort("stage")
    assert sums.equals(totals.sort("stage"))
    larger = with_values(got, totals.with_columns(pl.col("value_minor") * factor))
    assert larger["weight"].equals(valued["weight"])
    misses = (larger["value_minor"] - valued["value_minor"] * factor).abs()
    assert (misses <= factor).all()


@pytest.mark.parametrize("name", PRESETS)
@given(world=worlds, shift=st.integers(-(10**12), 10**12))
@settings(max_examples=25, deadline=None)
def test_i8_all_times_may_be_shifted(name: str, world: World, shift: int) -> None:
    moved = Inputs(
        stage_times=world.inputs.stage_times.with_columns(pl.col(*LABELS) + shift),
        lost=world.inputs.lost.with_columns(pl.col("at_ms", "stage_at_ms") + shift),
    )
    later = world.touches.with_columns(pl.col("at_ms", "stage_at_ms") + shift)
    model = replace(PRESETS[name], look_back_days=3)
    assert credit(later, model, moved).equals(credit(world.touches, model, world.inputs))


@pytest.mark.parametrize("name", ADDING)
@given(world=worlds, days=st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_look_back_is_exact_and_leaves_no_stage_without_credit(
    name: str, world: World, days: int
) -> None:
    model = replace(PRESETS[name], look_back_days=days)
    got = credit(world.touches, model, world.inputs)
    assert set(got["stage"]) == {journey.stage for journey in world.journeys}
    sums = got.group_by("stage").agg(pl.col("weight").sum())["weight"]
    assert ((sums - 1).abs() <= 1e-11).all()
    earned = got.join(world.touches, on=["stage", "session"])
    assert (earned["stage_at_ms"] - earned["at_ms"] <= days * 86_400_000).all()
    for journey in world.journeys:
        near = [t for t in journey.touches if STAGE_AT - t.at_ms <= days * DAY_MS]
        nobody = got.filter(pl.col("stage") == journey.stage)["session"].to_list() == [UNATTRIBUTED]
        assert nobody == (not near)


ALONE = [name for name in PRESETS if name not in ("markov", "shapley")]


@pytest.mark.parametrize("name", ALONE)
@given(world=worlds, data=st.data())
@settings(max_examples=25, deadline=None)
def test_i9_and_i10_some_stages_anew_are_all_stages_at_once(
    name: str, world: World, data: st.DataObject
) -> None:
    """Credit of a stage depends on its own journey only, bit for bit."""
    got = credit(world.touches, PRESETS[name], world.inputs)
    stages = sorted({journey.stage for journey in world.journeys})
    dirty = data.draw(st.sets(st.sampled_from(stages)))
    some = pl.col("stage").is_in(sorted(dirty))
    anew = credit(world.touches.filter(some), PRESETS[name], world.inputs)
    assert pl.concat([got.filter(~some), anew]).sort("stage", "order").equals(got)
