"""Rules with settings that no named model has, against the exact formulas."""

from __future__ import annotations

from fractions import Fraction as F

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.attribute.arranged import Filter
from identity.attribute.decay import TimeDecay, Variant
from identity.attribute.milestones import Milestones, Missing, NoMiddle, milestones
from identity.attribute.models import UNATTRIBUTED, Fallback, Inputs, Model, credit
from identity.attribute.positions import Distinct, Position
from tests.support import credit_reference as ref
from tests.support.credit_reference import DAY_MS, Journey, Touch, Weights

pytestmark = pytest.mark.small_frames

STAGE_AT = 1_600_000_000_000
CHANNELS = ("Direct", "Email", "Paid Search", None)
LABELS = ("FT", "LC", "SQL", "OC", "CW")

offsets = st.one_of(st.integers(-60 * DAY_MS, -1), st.sampled_from([-14 * DAY_MS, -7 * DAY_MS]))
shares = st.lists(st.integers(0, 6), min_size=3, max_size=6).filter(lambda parts: sum(parts) > 0)


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    drawn = draw(
        st.lists(
            st.tuples(offsets, st.sampled_from(CHANNELS), st.booleans()), min_size=1, max_size=8
        )
    )
    touches = tuple(
        Touch(f"ses_{place}", STAGE_AT + offset, channel, exposure)
        for place, (offset, channel, exposure) in enumerate(sorted(drawn, key=lambda t: t[0]))
    )
    reached = st.one_of(st.none(), st.integers(-70 * DAY_MS, 2 * DAY_MS))
    times = tuple((x, None if (at := draw(reached)) is None else STAGE_AT + at) for x in LABELS[1:])
    return Journey("g", STAGE_AT, touches, times)


def weights(journey: Journey, model: Model) -> dict[str, float]:
    inputs = Inputs(stage_times=ref.stage_times([journey], LABELS[1:]))
    table = credit(ref.frame([journey]), model, inputs)
    return dict(table.select("session", "weight").iter_rows())


def same(got: dict[str, float], wanted: Weights) -> bool:
    return got == pytest.approx({k: float(v) for k, v in wanted.items() if v}, abs=1e-12)


@given(journey=journeys(), parts=shares)
@settings(max_examples=150, deadline=None)
def test_position(journey: Journey, parts: list[int]) -> None:
    f, m, l = (F(part, sum(parts[:3]) or 1) for part in parts[:3])  # noqa: E741  # the letters of the formula
    if f + m + l != 1:
        f, m, l = F(0), F(1), F(0)  # noqa: E741  # the letters of the formula
    model = Model("m", "position", Position(float(f), float(m), float(l)))
    assert same(weights(journey, model), ref.position(journey.touches, f, m, l))


@given(
    journey=journeys(),
    parts=shares,
    missing=st.sampled_from(["renormalise", "carry", "to_middle"]),
    no_middle=st.sampled_from(["even", "proportional"]),
)
@settings(max_examples=400, deadline=None)
def test_milestone(
    journey: Journey, parts: list[int], missing: Missing, no_middle: NoMiddle
) -> None:
    middle, *labelled = (F(part, sum(parts)) for part in parts)
    profile = list(zip(LABELS, labelled, strict=False))
    settings_ = Milestones(
        tuple((label, float(share)) for label, share in profile), float(middle), missing, no_middle
    )
    wanted = ref.milestone(
        journey.touches, profile, middle, dict(journey.times), STAGE_AT, missing, no_middle
    )
    assert same(weights(journey, Model("m", "milestone", settings_)), wanted)


@given(
    journey=journeys(),
    hours=st.integers(1, 2000),
    variant=st.sampled_from(["exponential", "stepped", "rank"]),
)
@settings(max_examples=200, deadline=None)
def test_time_decay(journey: Journey, hours: int, variant: Variant) -> None:
    model = Model("m", "time_decay", TimeDecay(hours / 24, variant))
    wanted = ref.time_decay(journey.touches, F(hours, 24), variant)
    got = weights(journey, model)
    for session, share in wanted.items():
        assert got.get(session, 0.0) == pytest.approx(float(share), abs=1e-9)


@given(journey=journeys(), later=st.integers(0, 300 * DAY_MS))
@settings(max_examples=100, deadline=None)
def test_a_later_stage_leaves_time_decay_as_it_is(journey: Journey, later: int) -> None:
    moved = Journey(journey.stage, journey.stage_at_ms + later, journey.touches)
    model = Model("m", "time_decay")
    assert weights(moved, model) == weights(journey, model)


@given(journey=journeys())
@settings(max_examples=60, deadline=None)
def test_half_lives_without_end_are_linear_and_tiny_ones_are_last(journey: Journey) -> None:
    long = weights(journey, Model("m", "time_decay", TimeDecay(1e15)))
    assert same(long, ref.linear(journey.touches))
    short = weights(journey, Model("m", "time_decay", TimeDecay(1e-12)))
    newest = [t for t in journey.touches if t.at_ms == journey.touches[-1].at_ms]
    assert same(short, ref.linear(newest))


@given(journey=journeys(), spread=st.booleans())
@settings(max_examples=100, deadline=None)
def test_linear_distinct(journey: Journey, spread: bool) -> None:
    model = Model("m", "linear_distinct", Distinct(spread))
    assert same(weights(journey, model), ref.linear_distinct(journey.touches, spread))


@given(
    journey=journeys(),
    fallback=st.sampled_from(["unattributed", "even_over_excluded", "rule_on_all"]),
)
@settings(max_examples=100, deadline=None)
def test_fallbacks(journey: Journey, fallback: Fallback) -> None:
    model = Model(
        "m",
        "last",
        look_back_days=20,
        filter=Filter(only_channels=frozenset({"Paid Search"}), exclude_exposures=True),
        fallback=fallback,
    )
    near = [t for t in journey.touches if STAGE_AT - t.at_ms <= 20 * DAY_MS]
    seen = [t for t in near if t.channel == "Paid Search" and not t.is_exposure]
    wanted = {UNATTRIBUTED: F(1)}
    if seen:
        wanted = ref.last(seen)
    elif near and fallback == "even_over_excluded":
        wanted = ref.linear(near)
    elif near and fallback == "rule_on_all":
        wanted = ref.last(near)
    assert same(weights(journey, model), wanted)


@given(journey=journeys())
@settings(max_examples=100, deadline=None)
def test_labels_of_a_journey(journey: Journey) -> None:
    got = milestones(
        ref.frame([journey]).sample(fraction=1, shuffle=True, seed=1),
        ref.stage_times([journey], LABELS[1:]),
    )
    found = {label: row["session"] for row in got.to_dicts() for label in row["milestones"]}
    for label in LABELS:
        tau = STAGE_AT if label == "FT" else journey.reached(label)
        before = [t.session for t in journey.touches if tau is not None and t.at_ms <= tau]
        wanted = before[0 if label == "FT" else -1] if before else None
        if tau is not None and tau > STAGE_AT:
            wanted = None
        assert found.get(label) == wanted, label
    assert got.select(pl.exclude("milestones")).equals(ref.frame([journey]))
