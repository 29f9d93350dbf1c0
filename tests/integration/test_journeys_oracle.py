"""The materialised journeys and the sums, held to the walk at read time and to plain addition.

`cypher/analyst/stage_journey.cypher` walks from a stage to its sessions over what identifiers stand
for; the journey stage computes the same in bulk and keeps it as IN_JOURNEY. Both must agree for
every stage, in members and order, after merges, partings, late events and late records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from identity.config import Config
from identity.graph import open_store
from identity.store.base import Store
from tests.support.small_acme import SmallAcme

Row = dict[str, Any]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> SmallAcme:
    return SmallAcme.make(tmp_path_factory.mktemp("acme"), repo_root)


@pytest.fixture(scope="module")
def config(project: SmallAcme) -> Config:
    return project.config


@pytest.fixture(scope="module")
def store(project: SmallAcme, config: Config) -> Iterator[Store]:
    store = open_store(config)
    project.run(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def stages(store: Store) -> list[Row]:
    return store.read("journey/stored_stages")


@pytest.fixture(scope="module")
def journeys(store: Store) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in store.read("journey/stored_journeys"):
        found[row["stage"]].append(row)
    return {stage: sorted(rows, key=lambda r: r["position"]) for stage, rows in found.items()}


def test_every_materialised_journey_is_the_walk(
    store: Store, stages: list[Row], journeys: dict[str, list[Row]]
) -> None:
    steps = 0
    for stage in stages:
        walked = store.read("analyst/stage_journey", stage=stage["id"])
        kept = journeys.get(stage["id"], [])
        assert [row["session"] for row in walked] == [row["session"] for row in kept], stage["id"]
        assert [row["milestones"] for row in walked] == [row["milestones"] for row in kept]
        assert all(row["at_ms"] < stage["at_ms"] for row in walked)
        steps += len(walked)
    assert steps > 100


def test_positions_count_from_both_ends(journeys: dict[str, list[Row]]) -> None:
    for rows in journeys.values():
        assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
        assert [row["from_end"] for row in rows] == list(range(len(rows), 0, -1))


def test_every_kind_of_owner_and_of_session_occurs(
    store: Store, stages: list[Row], journeys: dict[str, list[Row]]
) -> None:
    """The walk has branches; a sample without one of them would prove less than it seems to."""
    assert {stage["of"].split(":")[2] for stage in stages} >= {"lead", "opportunity"}
    walked = [row for s in stages for row in store.read("analyst/stage_journey", stage=s["id"])]
    assert {row["kind"] for row in walked} == {"activity", "exposure"}
    assert {bool(row["contacts"]) for row in walked} == {True, False}
    assert any(stage["id"] not in journeys for stage in stages)


def test_the_check_of_sums_is_clean(store: Store, config: Config, stages: list[Row]) -> None:
    for kind in {stage["kind"] for stage in stages}:
        for model in config.attribution.models:
            rows = store.read("analyst/sum_check", stage_kind=kind, model=model)
            assert rows
            for row in rows:
                assert (row["difference_minor"], row["unbalanced"]) == (0, 0), (kind, model)
                assert row["weight"] == pytest.approx(row["stages"])


def test_the_check_of_sums_finds_a_loss(store: Store, tmp_path: Path) -> None:
    copy = store.scratch(tmp_path)
    try:
        credit = next(
            row
            for row in copy.read("attribute/stored_credit")
            if row["until_run"] is None and row["model"] == "linear" and row["value_minor"]
        )
        copy.write("attribute/credited", [{**credit, "value_minor": credit["value_minor"] - 1}])
        kind = credit["stage"].partition(":")[0].removeprefix("stg_")
        rows = copy.read("analyst/sum_check", stage_kind=kind, model="linear")
    finally:
        copy.close()
    assert sum(row["difference_minor"] for row in rows) == 1
    assert sum(row["unbalanced"] for row in rows) == 1


def test_credit_by_any_dimension_adds_up_to_the_stages(
    store: Store, config: Config, stages: list[Row]
) -> None:
    value: Counter[str] = Counter()
    for stage in stages:
        value[stage["kind"]] += stage["value_base"] or 0
    ever = {"from_month": "0000", "to_month": "9999"}
    for kind, total in value.items():
        for dim in ("channel", "source", "campaign", "landing", "content", "country"):
            for model in config.attribution.models:
                rows = store.read(
                    "analyst/credit_by", dim=dim, model=model, stage_kind=kind, **ever
                )
                assert sum(row["value_minor"] for row in rows) == total, (kind, dim, model)


def test_side_by_side_is_each_model_alone(store: Store, config: Config) -> None:
    ever = {"from_month": "0000", "to_month": "9999"}
    compared = store.read("analyst/model_compare", dim="channel", stage_kind="won")
    for model in config.attribution.models:
        alone = store.read(
            "analyst/credit_by", dim="channel", model=model, stage_kind="won", **ever
        )
        beside = {r["bucket"]: r["value_minor"] for r in compared if r["model"] == model}
        assert {b: v for b, v in beside.items() if v} == {
            r["bucket"]: r["value_minor"] for r in alone if r["value_minor"]
        }
    spreads = {row["bucket"]: row["spread_minor"] for row in compared}
    for bucket, spread in spreads.items():
        values = [row["value_minor"] for row in compared if row["bucket"] == bucket]
        assert spread == max(values) - min(values)


def test_single_touch_mixes_are_the_single_touch_models(store: Store) -> None:
    """Two ways to one figure: the journey's first and last non-direct touch, and the models."""
    ever = {"from_month": "0000", "to_month": "9999"}
    for mix, model in (
        ("first_touch_mix", "first_touch"),
        ("last_non_direct_mix", "last_non_direct"),
    ):
        for kind in ("opportunity", "won"):
            mixed: Counter[str] = Counter()
            for row in store.read(f"analyst/{mix}", stage_kind=kind):
                name = row["channel"].replace("(no journey)", "unattributed")
                mixed[name] += row["value_minor"]
            rows = store.read(
                "analyst/credit_by", dim="channel", model=model, stage_kind=kind, **ever
            )
            assert mixed == Counter({row["bucket"]: row["value_minor"] for row in rows})


def test_cost_is_neither_lost_nor_doubled(store: Store) -> None:
    spent = sum(row["base_minor"] or 0 for row in store.read("journey/stored_spend"))
    ever = {"from_month": "0000", "to_month": "9999"}
    for dim in ("channel", "source", "campaign"):
        for mode in ("simple", "realised"):
            rows = store.read(
                "analyst/roi_by", dim=dim, mode=mode, model="linear", stage_kind="won", **ever
            )
            assert sum(row["cost_minor"] for row in rows) == spent
            for row in rows:
                if row["cost_minor"]:
                    exact = Fraction(row["value_minor"], row["cost_minor"])
                    assert row["roas"] == pytest.approx(float(exact))
                    assert row["roi"] == pytest.approx(float(exact) - 1)
                else:
                    assert (row["roas"], row["roi"]) == (None, None)
    monthly = store.read("analyst/cost_per", stage_kind="mql", **ever)
    assert sum(row["cost_minor"] for row in monthly) == spent
