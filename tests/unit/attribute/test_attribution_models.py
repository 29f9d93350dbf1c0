"""Models: the table of rules, their settings, reasons, and the bounds of what is shared out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from identity.attribute.arranged import DAY_MS, Filter, arrange
from identity.attribute.decay import TimeDecay
from identity.attribute.markov import Markov
from identity.attribute.milestones import Milestones
from identity.attribute.models import (
    RULES,
    UNATTRIBUTED,
    Inputs,
    Model,
    credit,
    credit_all,
    unattributed,
    with_values,
)
from identity.attribute.positions import Position
from identity.attribute.presets import PRESETS, preset
from identity.attribute.shapley import Shapley
from identity.errors import FixInput, Stop
from tests.support import credit_reference as ref
from tests.support.credit_reference import Journey, Touch

AT = 1_700_000_000_000
THREE = Journey(
    "g",
    AT,
    (
        Touch("ses_1", AT - 9 * DAY_MS, "Direct"),
        Touch("ses_2", AT - 5 * DAY_MS, "Paid Search", is_exposure=True),
        Touch("ses_3", AT - 1 * DAY_MS, "Email"),
    ),
)


def reasons(model: Model, some: Journey = THREE, **times: int) -> dict[str, str]:
    inputs = Inputs(stage_times=pl.DataFrame([{"stage": "g", **times}]))
    return dict(credit(ref.frame([some]), model, inputs).select("session", "reason").iter_rows())


def test_every_rule_says_what_it_does() -> None:
    docs = {name: rule.doc for name, rule in RULES.items()}
    assert all(len(doc) > 40 for doc in docs.values()), docs
    assert len(set(docs.values())) == len(docs)
    assert {model.rule for model in PRESETS.values()} == set(RULES)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first_touch", {"ses_1": "first"}),
        ("last_touch", {"ses_3": "last"}),
        ("first_non_direct", {"ses_2": "first_non_direct"}),
        ("last_non_direct", {"ses_3": "last_non_direct"}),
        ("first_paid", {"ses_2": "first_paid"}),
        ("u_shaped", {"ses_1": "first", "ses_2": "middle", "ses_3": "last"}),
        ("time_decay", dict.fromkeys(("ses_1", "ses_2", "ses_3"), "decay")),
        ("markov", dict.fromkeys(("ses_1", "ses_2", "ses_3"), "markov")),
    ],
)
def test_reasons(name: str, expected: dict[str, str]) -> None:
    assert reasons(preset(name)) == expected


def test_reasons_of_milestones() -> None:
    at = [touch.at_ms for touch in THREE.touches]
    assert reasons(preset("w_shaped"), LC=at[0], OC=at[2] + 5) == {
        "ses_1": "milestone:FT+LC",
        "ses_2": "middle",
        "ses_3": "milestone:OC",
    }
    only = Model("m", "milestone", Milestones((("OC", 1.0),)))
    assert reasons(only) == dict.fromkeys(("ses_1", "ses_2", "ses_3"), "even")


def test_a_milestone_after_the_stage_has_not_happened() -> None:
    at = [touch.at_ms for touch in THREE.touches]
    now, later = reasons(preset("full_path"), CW=AT), reasons(preset("full_path"), CW=AT + 1)
    assert now["ses_3"] == "milestone:CW"
    assert later["ses_3"] == "middle"
    assert reasons(preset("full_path"), LC=at[0] - 1)["ses_1"] == "milestone:FT"


def test_two_touches_of_w_share_the_missing_middle() -> None:
    two = replace(THREE, touches=THREE.touches[:2])
    at = [touch.at_ms for touch in two.touches]
    times = pl.DataFrame([{"stage": "g", "LC": at[0], "OC": at[1]}])
    got = credit(ref.frame([two]), preset("w_shaped"), Inputs(stage_times=times))
    assert got["weight"].to_list() == pytest.approx([2 / 3, 1 / 3])


def test_several_models_at_once_are_each_alone() -> None:
    models = [preset("linear"), preset("last_touch"), preset("participation")]
    table = credit_all(ref.frame([THREE]), models)
    for model in models:
        alone = credit(arrange(ref.frame([THREE])), model)
        assert table.filter(pl.col("model") == model.name).drop("model").equals(alone)
    with pytest.raises(Stop):
        credit_all(ref.frame([THREE]), [])


def test_nothing_to_share_out_is_nothing() -> None:
    empty = ref.frame([])
    for model in PRESETS.values():
        assert credit(empty, model, Inputs(lost=empty)).height == 0


def test_look_back_holds_for_journeys_that_led_nowhere_too() -> None:
    """A lost touch of long ago says nothing about a channel within the look-back."""
    won = [
        Journey("g", AT, (Touch("ses_a", AT - 2, "A"), Touch("ses_b", AT - 1, "B"))),
        Journey("h", AT, (Touch("ses_c", AT - 1, "B"),)),
    ]
    old, new = Touch("ses_n", AT - 90 * DAY_MS, "B"), Touch("ses_m", AT - 5, "C")
    lost, near = Journey("n", AT, (old, new)), Journey("n", AT, (new,))
    model = Model("m", "markov", look_back_days=30)
    got, same, other = (
        credit(ref.frame(won), how, Inputs(lost=ref.frame([some])))
        for how, some in ((model, lost), (model, near), (preset("markov"), lost))
    )
    assert got.equals(same)
    assert not got.equals(other)


def test_channels_without_any_strength_share_alike() -> None:
    """Only A and D led to this stage, and both lower the rate: neither has a share of the game."""
    won = [
        Journey("g0", AT, (Touch("ses_a", AT - 2, "A"), Touch("ses_d", AT - 1, "D"))),
        *(Journey(f"g{n}", AT, (Touch(f"ses_{n}", AT - 1, "B"),)) for n in range(1, 9)),
    ]
    lost = [Journey(f"n{n}", AT, (Touch(f"ses_n{n}", AT - 1, "AD"[n % 2]),)) for n in range(20)]
    table = credit(ref.frame(won), preset("shapley"), Inputs(lost=ref.frame(lost)))
    assert table.head(2).select("weight", "reason").rows() == [(0.5, "even"), (0.5, "even")]


def test_unattributed_rows_fit_credit() -> None:
    rows = unattributed(pl.Series(["g7"]))
    table = pl.concat([credit(ref.frame([THREE]), preset("linear")), rows])
    totals = pl.DataFrame({"stage": ["g", "g7"], "value_minor": [100, 55]})
    valued = with_values(table, totals)
    assert valued["value_minor"].to_list() == [34, 33, 33, 55]
    assert valued["session"][-1] == UNATTRIBUTED


def test_influence_has_the_whole_value_and_says_so() -> None:
    model = preset("participation")
    assert not model.adds_up
    totals = pl.DataFrame({"stage": ["g"], "value_minor": [100]})
    table = with_values(credit(ref.frame([THREE]), model), totals, adds_up=model.adds_up)
    assert table["value_minor"].to_list() == [100, 100, 100]


def test_a_stage_without_value_keeps_its_weights() -> None:
    totals = pl.DataFrame(
        {"stage": ["g"], "value_minor": [None]}, schema_overrides={"value_minor": pl.Int64}
    )
    table = with_values(credit(ref.frame([THREE]), preset("linear")), totals)
    assert table["value_minor"].to_list() == [None] * 3


@pytest.mark.parametrize(
    ("filtered", "left"),
    [
        (Filter(exclude_direct=True), ["ses_2", "ses_3"]),
        (Filter(exclude_exposures=True), ["ses_1", "ses_3"]),
        (Filter(exclude_channels=frozenset({"Email"})), ["ses_1", "ses_2"]),
        (Filter(only_channels=frozenset({"Email", "Direct"})), ["ses_1", "ses_3"]),
        (Filter(exclude_direct=True, exclude_exposures=True), ["ses_3"]),
        (Filter(require=("is_exposure",)), ["ses_2"]),
    ],
)
def test_filters(filtered: Filter, left: list[str]) -> None:
    table = credit(ref.frame([THREE]), Model("m", "linear", filter=filtered))
    assert table["session"].to_list() == left


def test_a_touch_without_a_channel_is_in_no_list() -> None:
    some = replace(THREE, touches=(*THREE.touches, Touch("ses_4", AT - 1, None)))
    for filtered, seen in (
        (Filter(exclude_channels=frozenset({"Email"})), True),
        (Filter(only_channels=frozenset({"Email"})), False),
    ):
        table = credit(ref.frame([some]), Model("m", "linear", filter=filtered))
        assert ("ses_4" in table["session"]) == seen


@pytest.mark.parametrize(
    ("rule", "settings", "more"),
    [
        ("nope", None, {}),
        ("position", None, {}),
        ("linear", TimeDecay(), {}),
        ("linear", None, {"look_back_days": 0}),
        ("linear", None, {"fallback": "guess"}),
    ],
)
def test_models_that_cannot_be(rule: str, settings: Any, more: dict[str, Any]) -> None:
    with pytest.raises(FixInput):
        Model("m", rule, settings, **more)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Position(0.5, 0.2, 0.2),
        lambda: Position(1.2, -0.4, 0.2),
        lambda: TimeDecay(0),
        lambda: TimeDecay(float("nan")),
        lambda: TimeDecay(1, "sudden"),
        lambda: Markov(order=0),
        lambda: Markov(projection="?"),
        lambda: Shapley(prior=(-1, 0)),
        lambda: Shapley(samples=0),
        lambda: Milestones((("FT", 0.5),), 0.4),
        lambda: Milestones((("FT", 0.5), ("FT", 0.5))),
        lambda: Milestones((("FT", 1.0),), missing="?"),
        lambda: Milestones((("FT", 1.0),), no_middle="?"),
    ],
)
def test_settings_that_cannot_be(make: Any) -> None:
    with pytest.raises(FixInput):
        make()


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(FixInput, match="'w_shaped'"):
        preset("wshaped")
    with pytest.raises(FixInput, match="first_touch"):
        preset("???")


@pytest.mark.shared_data
def test_last_non_direct_session_of_a_client_as_in_dbt_ga4(shared_data: Path) -> None:
    """Every session asks for the last session, itself included, that did not come directly."""
    folder = shared_data / "ga4_channel_grouping"
    case = "test_stg_ga4__sessions_traffic_sources_last_non_direct_daily__"
    given = pl.read_csv(
        folder / f"{case}mock_stg_ga4__sessions_traffic_sources_daily_csv.csv", infer_schema=False
    )
    wanted = pl.read_csv(folder / f"{case}expected_csv.csv", infer_schema=False)
    at = pl.col("session_partition_timestamp").cast(pl.Int64) * 1000
    sessions = given.select(
        session="session_partition_key",
        at_ms=at,
        channel="session_default_channel_grouping",
        is_direct=pl.col("session_source") == "(direct)",
        is_exposure=pl.lit(False),
        is_paid=pl.lit(False),
    )
    stages = given.select(stage="session_partition_key", stage_at_ms=at)
    touches = (
        stages.join(sessions, how="cross")
        .filter(pl.col("at_ms") <= pl.col("stage_at_ms"))
        .with_columns(order=pl.col("at_ms").rank("ordinal").over("stage").cast(pl.Int64))
    )
    got = credit(touches, preset("last_non_direct"))
    assert dict(got.select("stage", "session").iter_rows()) == dict(
        wanted.select("session_partition_key", "session_partition_key_last_non_direct").iter_rows()
    )
