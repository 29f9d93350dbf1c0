"""Defects known from other attribution systems, each held off by a test of its own."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction as F

import polars as pl
import pytest

from identity.attribute import shapley
from identity.attribute.arranged import DAY_MS, Filter
from identity.attribute.decay import TimeDecay
from identity.attribute.markov import removal_effects
from identity.attribute.milestones import Milestones
from identity.attribute.models import Inputs, Model, credit, with_values
from identity.attribute.paths import Paths
from identity.attribute.presets import PRESETS, preset
from identity.errors import Stop
from identity.journey.channels import Traffic, classify
from identity.journey.sessions import sessionise
from tests.support import credit_reference as ref
from tests.support.credit_reference import Journey, Touch

NOON = 1_700_000_000_000


def journey(
    stage: str, *channels: str, at: int = NOON, step: int = DAY_MS, first: str = ""
) -> Journey:
    """Make a journey of a touch per channel, the last one a step before the stage."""
    count = len(channels)
    return Journey(
        stage,
        at,
        tuple(
            Touch(f"ses_{first or stage}_{place}", at - (count - place) * step, channel)
            for place, channel in enumerate(channels)
        ),
    )


def by_session(table: pl.DataFrame) -> dict[str, float]:
    return dict(table.select("session", "weight").iter_rows())


def by_channel(table: pl.DataFrame, *journeys: Journey) -> dict[str, float]:
    named = table.join(ref.frame(journeys), on=["stage", "session"])
    return dict(named.group_by("channel").agg(pl.col("weight").sum()).iter_rows())


def test_1_all_direct_journeys_credit_the_last_touch_in_every_view() -> None:
    some = journey("g", "Direct", "Direct")
    table = credit(ref.frame([some]), preset("last_non_direct"))
    assert by_session(table) == {"ses_g_1": 1.0}
    assert by_channel(table, some) == {"Direct": 1.0}
    assert table["reason"].to_list() == ["last"]


def test_2_markov_gives_nothing_to_journeys_that_led_nowhere() -> None:
    won, lost = journey("g", "A", "B"), journey("n", "A", "C")
    table = credit(ref.frame([won]), preset("markov"), Inputs(lost=ref.frame([lost])))
    assert set(table["stage"]) == {"g"}
    assert table["weight"].sum() == pytest.approx(1.0)


def test_3_shapley_gives_no_negative_credit() -> None:
    """A lowers the conversion rate: raw it is negative, as credit it is nothing."""
    won = [journey("g1", "A", "B"), journey("g2", "B"), journey("g3", "B", "C")]
    lost = [journey(f"n{n}", "A", "B") for n in range(8)] + [journey("m", "A")]
    paths = Paths.of(
        pl.DataFrame(
            {
                "path": ["A > B", "B", "B > C", "A"],
                "conversions": [1, 1, 1, 0],
                "nulls": [8, 0, 0, 1],
            }
        )
    )
    values = {row["channel"]: row for row in shapley.cumulative(paths).table().to_dicts()}
    assert values["A"]["raw"] < 0
    assert values["A"]["share"] == 0
    table = credit(ref.frame(won), preset("shapley"), Inputs(lost=ref.frame(lost)))
    assert (table["weight"] > 0).all()
    assert table["weight"].sum() == pytest.approx(3.0)
    assert "A" not in by_channel(table, *won)


def test_4_markov_is_the_absorbing_chain() -> None:
    rows = [(["A", "B"], 3, 5), (["B"], 1, 2), (["A"], 0, 4), (["B", "A", "B"], 2, 1)]
    frame = pl.DataFrame(rows, schema=["path", "conversions", "nulls"], orient="row")
    effects = removal_effects(Paths.of(frame))
    assert effects.chance == pytest.approx(6 / 18, abs=1e-15)
    wanted = ref.removal_effects([(tuple(p), F(c), F(n)) for p, c, n in rows])
    got = dict(zip(effects.channels, effects.removal.tolist(), strict=True))
    assert got == pytest.approx({name: float(value) for name, value in wanted.items()})


def test_5_a_rare_channel_keeps_its_effect_and_runs_agree() -> None:
    rows = [(["A", "B"], 90_000, 400_000), (["B"], 10_000, 900_000), (["A", "rare"], 1, 0)]
    paths = Paths.of(pl.DataFrame(rows, schema=["path", "conversions", "nulls"], orient="row"))
    first, second = removal_effects(paths), removal_effects(paths)
    rare = first.channels.index("rare")
    assert first.removal[rare] == pytest.approx(1 / 100_001, rel=1e-6)
    assert first.removal.tolist() == second.removal.tolist()


def test_6_ordered_shapley_counts_a_repeated_channel_once() -> None:
    paths = Paths.of(
        pl.DataFrame({"path": ["A > A > B", "A > B > A"], "conversions": [2, 1], "nulls": [0, 0]})
    )
    placed = {
        (row["channel"], row["position"]): row["conversions"]
        for row in shapley.ordered(paths).to_dicts()
    }
    assert placed == pytest.approx(
        {("A", 1): 0.75, ("A", 2): 0.5, ("A", 3): 0.25, ("B", 2): 0.5, ("B", 3): 1.0}
    )
    assert sum(placed.values()) == pytest.approx(3.0)


def test_9_every_stage_shares_out_its_own_journey() -> None:
    """Three purchases of one person: a touch counts for each later one, each adds up to 1."""
    touch = [Touch(f"ses_{n}", NOON + n * DAY_MS, c) for n, c in enumerate("ABC")]
    stages = [Journey(f"g{n}", NOON + n * DAY_MS + 1, tuple(touch[: n + 1])) for n in range(3)]
    table = credit(ref.frame(stages), preset("linear"))
    sums = table.group_by("stage").agg(pl.col("weight").sum())
    assert sums["weight"].to_list() == pytest.approx([1.0] * 3)
    assert table.filter(pl.col("session") == "ses_0")["weight"].to_list() == pytest.approx(
        [1, 1 / 2, 1 / 3]
    )


def test_9_thirty_days_are_thirty_days() -> None:
    model = Model("m", "linear", look_back_days=30)
    for age, seen in (
        (30 * 86_400_000, True),
        (30 * 86_400_000 + 1, False),
        (2_629_746_000, False),
    ):
        some = Journey("g", NOON, (Touch("ses_old", NOON - age, "A"), Touch("ses", NOON - 1, "B")))
        assert ("ses_old" in by_session(credit(ref.frame([some]), model))) == seen


def test_10_five_minutes_across_midnight_are_five_minutes() -> None:
    midnight = 20_000 * DAY_MS
    close = Journey(
        "g",
        midnight + 10 * DAY_MS,
        (Touch("ses_a", midnight - 150_000, "A"), Touch("ses_b", midnight + 150_000, "B")),
    )
    weights = by_session(credit(ref.frame([close]), Model("m", "time_decay", TimeDecay(1))))
    assert weights["ses_b"] / weights["ses_a"] == pytest.approx(2 ** (5 / 1440))


def test_11_credit_adds_up_after_a_touch_is_deleted() -> None:
    some = journey("g", "A", "B", "C", "D")
    for name, model in PRESETS.items():
        if model.adds_up:
            for gone in range(4):
                left = ref.frame([some]).filter(pl.col("session") != f"ses_g_{gone}")
                assert credit(left, model)["weight"].sum() == pytest.approx(1.0), name


def test_11_w_adds_up_and_a_coinciding_stage_inflates_nothing() -> None:
    some = journey("g", "A", "B", "C", "D")
    at = [touch.at_ms for touch in some.touches]
    times = pl.DataFrame([{"stage": "g", "LC": at[1], "SQL": at[2], "OC": at[2]}])
    w = credit(ref.frame([some]), preset("w_shaped"), Inputs(stage_times=times))
    assert by_session(w) == pytest.approx(
        {"ses_g_0": 0.3, "ses_g_1": 0.3, "ses_g_2": 0.3, "ses_g_3": 0.1}
    )
    custom = Milestones((("FT", 0.25), ("LC", 0.25), ("SQL", 0.25), ("OC", 0.25)))
    both = credit(ref.frame([some]), Model("m", "milestone", custom), Inputs(stage_times=times))
    assert by_session(both) == {"ses_g_0": 0.25, "ses_g_1": 0.25, "ses_g_2": 0.5}
    reasons = dict(both.select("session", "reason").iter_rows())
    assert reasons["ses_g_2"] == "milestone:SQL+OC"


def test_13_a_touch_reported_twice_is_not_counted_twice() -> None:
    some = ref.frame([journey("g", "A", "B")])
    with pytest.raises(Stop, match="stage g"):
        credit(pl.concat([some, some.head(1)]), preset("linear"))


def test_14_direct_gets_no_more_than_last_non_direct_allows() -> None:
    """With direct touches left out, no model gives them anything while there is another touch."""
    some = [journey("g1", "Direct", "Email", "Direct"), journey("g2", "Direct", "Direct")]
    for rule in ("linear", "time_decay", "first", "last"):
        model = Model("m", rule, filter=Filter(exclude_direct=True), fallback="rule_on_all")
        shares = by_channel(credit(ref.frame(some), model), *some)
        assert shares == pytest.approx({"Email": 1.0, "Direct": 1.0}), rule


def test_14_a_user_id_in_the_middle_of_a_visit_loses_no_touch() -> None:
    events = pl.DataFrame(
        {
            "id": ["evt:1", "evt:2"],
            "at_ms": [NOON, NOON + 1],
            "kind": ["activity"] * 2,
            "channel": ["Paid Search", "Direct"],
        }
    )
    who = pl.DataFrame(
        {
            "event_id": ["evt:1", "evt:2", "evt:2"],
            "identifier": ["anon:web:1", "anon:web:1", "user:app:1"],
            "kind": ["anonymous", "anonymous", "user"],
            "relation": ["BY"] * 3,
        }
    )
    sessions = sessionise(events, who).sessions
    assert sessions.select("n_events", "channel").rows() == [(2, "Paid Search")]


def test_14_a_payment_provider_is_no_referrer() -> None:
    hosts = pl.DataFrame({"referrer_host": ["www.paypal.com", "checkout.stripe.com", "acme.com"]})
    got = classify(hosts, traffic=Traffic.of(own_hosts=["acme.com"]))
    assert set(got["channel"]) == {"Direct"}


def test_15_occurrences_and_value_are_two_questions_with_exact_answers_each() -> None:
    """Count or value weigh the paths; neither depends on how often a path is repeated in rows."""
    by_count = pl.DataFrame(
        {"path": ["A", "B", "A > B"], "conversions": [3, 1, 2], "nulls": [1, 1, 1]}
    )
    in_rows = pl.DataFrame(
        [("A", 1, 0)] * 3
        + [("B", 1, 0)]
        + [("A > B", 1, 0)] * 2
        + [("A", 0, 1), ("B", 0, 1), ("A > B", 0, 1)],
        schema=["path", "conversions", "nulls"],
        orient="row",
    )
    counted = removal_effects(Paths.of(by_count))
    assert removal_effects(Paths.of(in_rows)).removal == pytest.approx(counted.removal, abs=1e-15)
    by_value = by_count.with_columns(conversions=pl.Series([300.0, 9000.0, 20.0]))
    valued = removal_effects(Paths.of(by_value))
    assert valued.attributed.sum() == pytest.approx(9320.0)
    assert valued.removal != pytest.approx(counted.removal, abs=0.01)


def test_15_the_value_of_a_stage_changes_no_weight() -> None:
    some = journey("g", "A", "B", "C")
    table = credit(ref.frame([some]), preset("u_shaped"))
    for value in (0, 1, 7, 10_000_000, -333):
        totals = pl.DataFrame({"stage": ["g"], "value_minor": [value]})
        valued = with_values(table, totals)
        assert valued["weight"].equals(table["weight"])
        assert valued["value_minor"].sum() == value


def test_16_look_back_counts_from_the_stage_not_from_the_month() -> None:
    model = Model("m", "linear", look_back_days=20)
    for day in (1, 5, 28):
        at = round(dt.datetime(2024, 3, day, 12, tzinfo=dt.UTC).timestamp() * 1000)
        some = journey("g", "A", "B", at=at, step=15 * DAY_MS)
        assert by_session(credit(ref.frame([some]), model)) == {"ses_g_1": 1.0}
