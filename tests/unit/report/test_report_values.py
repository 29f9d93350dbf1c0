"""Every figure of the report is the answer of a query."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from identity.explain.report.amounts import money, share, short_money
from identity.explain.report.deal import Deal, Touch
from identity.explain.report.picture import ROOM, TELLING, choose
from identity.explain.report.timeline import LANES, NOBODY, OTHERS, lanes
from tests.unit.report.conftest import Report

EVER = {"from_month": "0000", "to_month": "9999"}


def test_the_cards_are_the_counts(hostile: Report) -> None:
    store = hostile.graph.store
    (totals,) = store.read("store/totals")
    shown = {
        str(tag.attributes["data-figure"]): int(tag.text.replace(",", ""))
        for tag in hostile.page.named("dd")
        if "data-figure" in tag.attributes
    }
    assert shown == {
        **totals,
        "reviews": len(store.read("export/reviews")),
        "quarantine": len(store.read("export/quarantine")),
    }
    assert all(shown.values())


def test_refusals_questions_and_rows_set_aside_add_up(hostile: Report) -> None:
    store = hostile.graph.store
    (section,) = hostile.page.named("section", id="open-ends")
    shown = [
        (str(t.attributes["data-figure"]), int(t.text.replace(",", "")))
        for t in hostile.page.named("span")
        if "data-figure" in t.attributes
    ]
    refused = Counter(row["constraint"] for row in store.read("resolve/stored_refused"))
    reviews = Counter(row["question"].replace("_", " ") for row in store.read("export/reviews"))
    aside = Counter((r["code"], r["scope"]) for r in store.read("export/quarantine"))
    expected = [*refused.items(), *reviews.items(), *((k[0], n) for k, n in aside.items())]
    assert sorted(shown) == sorted(expected)
    assert "refused" not in section.attributes


def test_the_funnel_is_the_stages(hostile: Report) -> None:
    shown = {
        str(tag.attributes["data-kind"]): (
            int(tag.attributes["data-stages"] or 0),
            int(tag.attributes["data-minor"] or 0),
        )
        for tag in hostile.page.named("li")
        if "data-kind" in tag.attributes
    }
    count: Counter[str] = Counter()
    value: Counter[str] = Counter()
    for stage in hostile.graph.store.read("journey/stored_stages"):
        count[stage["kind"]] += 1
        value[stage["kind"]] += stage["value_base"] or 0
    assert shown == {kind: (count[kind], value[kind]) for kind in count}
    assert list(shown) == [k for k in hostile.graph.config.journeys.stages if k in shown]


def test_credit_is_that_of_each_model_and_adds_up(hostile: Report) -> None:
    config, store = hostile.graph.config, hostile.graph.store
    (section,) = hostile.page.named("section", id="credit")
    cells = [
        (str(t.attributes["data-model"]), int(t.attributes["data-minor"] or 0))
        for t in hostile.page.named("span")
        if "data-model" in t.attributes
    ]
    for model in config.attribution.models:
        rows = store.read("analyst/credit_by", dim="channel", model=model, stage_kind="won", **EVER)
        shown = [minor for name, minor in cells if name == model and minor]
        assert sorted(shown) == sorted(r["value_minor"] for r in rows if r["value_minor"])
    won = [s for s in store.read("journey/stored_stages") if s["kind"] == "won"]
    assert money(sum(s["value_base"] or 0 for s in won), "EUR") in section.text


def test_the_deal_is_the_largest_and_its_journey_complete(hostile: Report) -> None:
    store = hostile.graph.store
    won = [s for s in store.read("journey/stored_stages") if s["kind"] == "won"]
    largest = max(won, key=lambda s: s["value_base"] or 0)
    (section,) = hostile.page.named("section", id="deal")
    assert money(largest["value_base"], "EUR") in section.text
    journey = store.read("analyst/stage_journey", stage=largest["id"])
    earned = [
        int(t.attributes["data-minor"] or 0)
        for t in hostile.page.named("span")
        if "data-minor" in t.attributes and "data-model" not in t.attributes
    ]
    assert len(earned) == len(journey)
    assert sum(earned) == largest["value_base"]


def test_the_picture_shows_one_company_and_what_was_refused(hostile: Report) -> None:
    data = hostile.page.data("graph-data")
    kinds = Counter(dot["kind"] for dot in data["dots"] if dot["box"])
    assert kinds["company"] == 1
    assert kinds["contact"] > 1
    boxes = {dot["id"] for dot in data["dots"] if dot["box"]}
    inside = {dot["id"] for dot in data["dots"] if dot["parent"] is not None}
    assert {dot["parent"] for dot in data["dots"]} - {None} <= boxes
    refused = {(r["src"], r["dst"]) for r in hostile.graph.store.read("resolve/stored_refused")}
    drawn = {(x["src"], x["dst"]) for x in data["lines"] if x["kind"] == "refused"}
    assert drawn
    assert drawn <= refused
    for line in data["lines"]:
        if line["kind"] in ("same", "ended"):
            assert {line["src"], line["dst"]} <= inside
            assert dict(line["facts"])["Rule"]


def _company(label: str, **changes: Any) -> dict[str, Any]:
    plain = {"systems": 2, "identifiers": 4, "contacts": ROOM[0], "refused": ["anchor"]}
    return {"label": label, **plain, **changes}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"refused": []}),
        ({}, {"refused": ["no such constraint"]}),
        ({}, {"contacts": ROOM[1] + 1}),
        ({}, {"contacts": ROOM[0] - 1}),
        ({"refused": [TELLING[0]]}, {"refused": [TELLING[-1]], "systems": 9}),
        ({"systems": 3}, {"systems": 2}),
        ({"refused": ["anchor", "generic"]}, {"refused": ["anchor"]}),
        ({"contacts": 100}, {"refused": [], "systems": 9}),
    ],
)
def test_the_most_instructive_company_is_chosen(
    better: dict[str, Any], worse: dict[str, Any]
) -> None:
    good, bad = _company("z", **better), _company("a", **worse)
    assert choose([good, bad]) is choose([bad, good]) is good


def test_of_two_alike_the_smaller_label_is_chosen() -> None:
    one, two = _company("a"), _company("b")
    assert choose([two, one]) is one
    assert choose([]) is None


def _deal(*acted: tuple[str, ...]) -> Deal:
    touches = tuple(
        Touch(n, "activity", "Email", None, None, people, (), 0) for n, people in enumerate(acted)
    )
    return Deal("stg", "deal", "company", len(acted), 1, "linear", touches, ())


def test_each_person_has_a_lane_and_the_company_by_itself_the_last() -> None:
    deal = _deal((), ("Bo",), ("Al", "Bo"), ())
    assert [(name, [t.at_ms for t in touches]) for name, touches in lanes(deal)] == [
        ("Bo", [1, 2]),
        ("Al", [2]),
        (NOBODY, [0, 3]),
    ]


def test_those_who_find_no_lane_share_one() -> None:
    busy = [(f"person {n}",) for n in range(LANES + 3) for _ in range(LANES + 3 - n)]
    found = lanes(_deal(*busy, ()))
    assert len(found) == LANES
    assert [name for name, _ in found[-2:]] == [OTHERS, NOBODY]
    assert sum(len(touches) for _, touches in found) == len(busy) + 1
    full = lanes(_deal(*((f"person {n}",) for n in range(LANES))))
    assert OTHERS not in [name for name, _ in full]


def test_amounts_know_their_currency() -> None:
    assert money(123456, "EUR") == "EUR 1,234.56"
    assert money(123456, "JPY") == "JPY 123,456"
    assert money(123456, "BHD") == "BHD 123.456"
    assert short_money(123_456_789, "EUR") == "EUR 1.23 M"
    assert short_money(4_567_800, "EUR") == "EUR 45.7 k"
    assert short_money(-250_000_000_000, "EUR") == "EUR -2.50 bn"
    assert short_money(99_900, "EUR") == "EUR 999"
    assert share(1, 3) == "33.3 %"
    assert share(1, 0) == "–"
