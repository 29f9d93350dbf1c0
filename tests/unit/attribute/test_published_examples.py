"""Published worked examples: every case of the public collection, by its own numbers."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from identity.attribute import shapley
from identity.attribute.arranged import DAY_MS, Filter
from identity.attribute.decay import TimeDecay
from identity.attribute.markov import Chain, chances, removal_effects
from identity.attribute.milestones import Milestones, milestones
from identity.attribute.models import Inputs, Model, credit
from identity.attribute.paths import Paths
from identity.attribute.presets import preset
from tests.support import credit_reference as ref
from tests.support.credit_reference import Journey, Touch

pytestmark = pytest.mark.shared_data

Case = dict[str, Any]
STAGE_AT = 1_583_000_000_000


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / "attribution_examples" / name).read_text("utf-8"))


def journey(ages: list[float], channels: list[str] | None = None) -> Journey:
    """Make a journey of touches that old (in days), oldest first."""
    names = channels or [f"c{place}" for place in range(len(ages))]
    return Journey(
        "g",
        STAGE_AT,
        tuple(
            Touch(f"ses_{place}", STAGE_AT - round(age * DAY_MS), name)
            for place, (age, name) in enumerate(zip(ages, names, strict=True))
        ),
    )


def weights(some: Journey, model: Model, times: dict[str, int | None] | None = None) -> list[float]:
    """Give the weight of each touch in order, 0 where it has none."""
    inputs = Inputs(stage_times=pl.DataFrame([{"stage": "g", **(times or {})}]))
    table = credit(ref.frame([some]), model, inputs)
    found = dict(table.select("session", "weight").iter_rows())
    return [found.get(touch.session, 0.0) for touch in some.touches]


def valued(value: float, shares: list[float]) -> list[float]:
    return [value * share for share in shares]


def decayed(ages: list[float], half_life_days: float) -> list[float]:
    return weights(journey(ages), Model("m", "time_decay", TimeDecay(half_life_days)))


def even(count: int) -> list[float]:
    return weights(journey([count - place for place in range(count)]), preset("linear"))


def by_position(name: str, count: int) -> list[float]:
    return weights(journey([count - place for place in range(count)]), preset(name))


def adobe_visit(case: Case) -> list[float]:
    """Two of four touches lie in the visit: the others are outside the look-back."""
    shares = weights(journey([9, 6, 0.1, 0.1]), Model("m", "linear", look_back_days=1))
    assert shares[:2] == [0, 0]
    return valued(case["input"]["value"], shares[2:])


def hockeystack(case: Case) -> list[float]:
    """Eight actions, three of them of channels that the model looks at."""
    some = journey([8.0 - n for n in range(8)], ["ad", "x", "x", "ad", "x", "x", "x", "ad"])
    shares = weights(some, Model("m", "linear", filter=Filter(only_channels=frozenset({"ad"}))))
    return valued(case["input"]["value"], [share for share in shares if share])


def effects(case: Case) -> dict[str, float]:
    return dict(
        removal_effects(paths(case["input"]))
        .table()
        .select("channel", "removal_effect")
        .iter_rows()
    )


def paths(rows: list[list[Any]]) -> Paths:
    return Paths.of(pl.DataFrame(rows, schema=["path", "conversions", "nulls"], orient="row"))


def chance_without(case: Case) -> float:
    """Remove channel NC from the published matrix. What NC leads to must not matter: half buys."""
    matrix, buys = case["input"]["matrix"], case["input"]["purchase"]
    names = ["Social", "Store", "NC"]
    built = Chain(
        transient=sparse.csr_array(
            [[matrix[start].get(end, 0.0) for end in names] for start in names]
        ),
        converting=np.array([buys["Social"], buys["Store"], 0.5]),
        entering=np.array([matrix["Open"].get(name, 0.0) for name in names]),
        holds=np.eye(3, dtype=np.bool_),
    )
    return float(chances(built)[1][names.index("NC")])


def marginals(case: Case) -> list[float]:
    """Let A, B, C arrive in this order: what all channels so far are worth grows by this much."""
    payoffs = [0, *case["input"]["payoffs"].values()]
    arrived = [("A",), ("A", "B"), ("A", "B", "C")]
    rows = [(list(path), payoffs[n + 1] - payoffs[n], 0) for n, path in enumerate(arrived)]
    worth = [0.0] + [shapley.simplified(paths(rows[: n + 1])).raw.sum() for n in range(3)]
    return [after - before for before, after in itertools.pairwise(worth)]


def full_path(_: Case) -> list[float]:
    some = journey([60, 50, 40, 30, 20, 10])
    at = [touch.at_ms for touch in some.touches]
    shares = weights(some, preset("full_path"), {"LC": at[1], "OC": at[3], "CW": at[5]})
    labelled, middle = [0, 1, 3, 5], [2, 4]
    return [shares[place] for place in labelled + middle]


CASES: dict[str, Callable[[Case], Any]] = {
    "adobe_time_decay_50usd": lambda c: valued(50, decayed(c["input"]["age_days"], 7)),
    "adobe_j_shaped_50usd": lambda _: valued(50, by_position("j_shaped", 4)),
    "adobe_linear_50usd": lambda c: valued(50, even(c["input"]["n"])),
    "adobe_linear_visit_lookback": adobe_visit,
    "adobe_two_touch_J": lambda _: by_position("j_shaped", 2),
    "coreyhaines_12000_time_decay": lambda c: valued(
        12000, decayed([38 - day for day in c["input"]["day"]], c["input"]["half_life"])
    ),
    "coreyhaines_12000_ushape": lambda _: valued(12000, by_position("u_shaped", 5)),
    "stementor_4touch_decay": lambda c: decayed(
        [c["input"]["conv"] - day for day in c["input"]["t_days"]], 7
    ),
    "posthog_hl_window_over_4": lambda c: decayed(sorted(c["input"]["ages_days"], reverse=True), 1)[
        ::-1
    ],
    "snowplow_140_three_touch_position": lambda _: valued(140, by_position("u_shaped", 3)),
    "snowplow_140_three_touch_linear": lambda _: valued(140, even(3)),
    "snowplow_66_5_two_touch_position": lambda _: valued(66.5, by_position("u_shaped", 2)),
    "hockeystack_100k_filtered_linear": hockeystack,
    "hockeystack_100k_unfiltered_linear": lambda _: valued(100000, even(8)),
    "statsSE_336227_NC_removed": chance_without,
    "analyzecore_C1C2C3": effects,
    "puzyrov_google_mailing": effects,
    "ava_bill_christine_marginals": marginals,
    "marketo_full_path_weights": full_path,
}


def numbers(value: Any) -> Any:
    """Round a value or values to the plain types of the file."""
    if isinstance(value, dict):
        return {name: float(number) for name, number in value.items()}
    return [float(v) for v in value] if isinstance(value, list) else float(value)


@pytest.mark.parametrize("name", CASES)
def test_published_example(name: str, shared_data: Path) -> None:
    case = next(c for c in load(shared_data, "published_examples.json") if c["id"] == name)
    got = numbers(CASES[name](case))
    tolerance = max(case["tolerance"], 1e-9)
    assert got == pytest.approx(numbers(case["expected_published"]), abs=tolerance)
    assert got == pytest.approx(numbers(case["computed"]), abs=1e-6)


def test_every_published_example_is_here(shared_data: Path) -> None:
    cases = load(shared_data, "published_examples.json")
    assert {case["id"] for case in cases} == set(CASES)


@pytest.mark.parametrize("name", ["analyzecore_C1C2C3", "puzyrov_google_mailing"])
def test_exact_markov_and_shapley(name: str, shared_data: Path) -> None:
    case = load(shared_data, "markov_shapley_small.json")[name]

    def exact(values: dict[str, str]) -> dict[str, float]:
        return {channel: float(Fraction(value)) for channel, value in values.items()}

    some = paths(case["rows"])
    effects_ = removal_effects(some, case["order"])
    assert effects_.chance == pytest.approx(float(Fraction(case["p_conv"])), abs=1e-15)
    by_channel = {row["channel"]: row for row in effects_.table().to_dicts()}
    for channel, value in exact(case["removal_effect"]).items():
        assert by_channel[channel]["removal_effect"] == pytest.approx(value, abs=1e-15)
    for channel, value in exact(case["attributed_conversions"]).items():
        assert by_channel[channel]["attributed"] == pytest.approx(value, abs=1e-14)
    share = effects_.attributed / effects_.attributed.sum()
    assert dict(zip(effects_.channels, share.tolist(), strict=True)) == pytest.approx(
        exact(case["share"]), abs=1e-14
    )
    simple = dict(shapley.simplified(some).table().select("channel", "raw").iter_rows())
    assert simple == pytest.approx(exact(case["shapley_simplified"]), abs=1e-14)
    assert simple == pytest.approx(exact(case["shapley_exact_subset_game"]), abs=1e-14)
    placed = {
        (row["channel"], str(row["position"])): row["conversions"]
        for row in shapley.ordered(some).to_dicts()
    }
    wanted = {
        (channel, place): value
        for channel, places in case["shapley_ordered"].items()
        for place, value in exact(places).items()
    }
    assert placed == pytest.approx(wanted, abs=1e-14)


def marketo(shared_data: Path) -> tuple[Journey, dict[str, int | None], Case]:
    """Lay the journeys of persons A and B out as the one of their opportunity."""
    case = load(shared_data, "marketo_bt_to_bat.json")

    def at(day: str) -> int:
        return round(dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC).timestamp() * 1000)

    met = [
        (at(day), f"{person} {channel} {day}", channel)
        for person in ("A", "B")
        for _, channel, day in case[f"person_{person}"]
    ]
    closed = at(case["opportunity"]["closed"])
    touches = tuple(Touch(session, when, channel) for when, session, channel in sorted(met))
    times = {
        "LC": min(at(row[2]) for p in "AB" for row in case[f"person_{p}"] if row[0] == "LC"),
        "OC": at(case["opportunity"]["created"]),
        "CW": closed,
    }
    return Journey("g", closed, touches), times, case


def test_marketo_positions(shared_data: Path) -> None:
    some, times, case = marketo(shared_data)
    table = milestones(ref.frame([some]), pl.DataFrame([{"stage": "g", **times}]))
    found = {label: row["session"] for row in table.to_dicts() for label in row["milestones"]}
    assert found == {label: " ".join(row) for label, row in case["expected_positions"].items()}


def test_marketo_weights_with_all_touches_in_the_middle_and_with_forms_only(
    shared_data: Path,
) -> None:
    some, times, case = marketo(shared_data)
    derived = case["derived_not_published"]
    touches = ref.frame([some]).with_columns(
        is_form=~pl.col("session").str.contains("AdWords", literal=True)
    )
    inputs = Inputs(stage_times=pl.DataFrame([{"stage": "g", **times}]))

    def share(model: Model) -> dict[str, float]:
        return dict(credit(touches, model, inputs).select("session", "weight").iter_rows())

    def labelled(wanted: dict[str, float]) -> dict[str, float]:
        positions = case["expected_positions"]
        return {" ".join(positions[x]): wanted[x] for x in ("FT", "LC", "OC", "CW") if x in wanted}

    middle = [" ".join(row[:3]) for row in derived["middle"]]
    both = derived["full_path_if_both_middle"]
    wanted = labelled(both) | dict.fromkeys(middle, both["middle_each"])
    assert share(preset("full_path")) == pytest.approx(wanted)
    forms = Filter(require=("is_form",))
    full = Milestones(tuple((x, 0.225) for x in ("FT", "LC", "OC", "CW")), 0.1, middle_filter=forms)
    only = derived["full_path_if_only_form_middle"]
    wanted = labelled(only) | {middle[1]: only["Yahoo"]}
    assert share(Model("m", "milestone", full)) == pytest.approx(wanted)
    w = Milestones(tuple((x, 0.3) for x in ("FT", "LC", "OC")), 0.1, middle_filter=forms)
    only = derived["w_shaped_if_only_form_middle"]
    got = share(Model("m", "milestone", w))
    # the touch that closed the deal is no position of W: with the other form it is in the middle
    closing = " ".join(case["expected_positions"]["CW"])
    assert got.pop(closing) + got[middle[1]] == pytest.approx(only["Yahoo"])
    assert got.pop(middle[1]) == pytest.approx(only["Yahoo"] / 2)
    assert got == pytest.approx(labelled(only))
    before = touches.filter(pl.col("session") != closing)
    at_opening = dict(
        credit(before, Model("m", "milestone", w), inputs).select("session", "weight").iter_rows()
    )
    assert at_opening == pytest.approx(labelled(only) | {middle[1]: only["Yahoo"]})
