"""Public truth sets through the real pipeline: how right merges and suggestions are at least.

The figures are those of ``docs/reference/truth-sets.md`` with some room; the sets themselves are no
part of the repository.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import truth_febrl, truth_names, truth_restaurants, truth_senzing
from bench.truth_common import Report, labels
from identity.graph import IdentityGraph
from tests.support.small_world import partial_only

pytestmark = pytest.mark.shared_data


def check(report: Report, what: str, precision: float, recall: float) -> None:
    (found,) = [f for f in report.figures if f.what == what]
    assert found.precision >= precision, report.listed
    assert found.recall >= recall, report.listed


def test_senzing(shared_data: Path, tmp_path: Path) -> None:
    report = truth_senzing.report(shared_data, tmp_path)
    assert report.records == 159
    check(report, "merged by itself", 0.95, 0.35)
    check(report, "suggestions accepted", 0.95, 0.88)


def test_senzing_in_three_loads_is_senzing_in_one(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial_only(monkeypatch)
    found = []
    truth = truth_senzing.truth_of(shared_data)
    all_loads = truth_senzing.LOADS
    steps = [all_loads[: n + 1] for n in range(len(all_loads))]
    for name, loads in (("one", [all_loads]), ("three", steps)):
        folder = tmp_path / name
        truth_senzing.prepare(shared_data, folder)
        truth_senzing.run(folder, *loads)
        with IdentityGraph.open(folder) as graph:
            reviews = graph.store.table("resolve/stored_reviews").sort("id")
            found.append((labels(graph, truth), reviews.to_dicts()))
    assert found[0] == found[1]


def test_febrl(shared_data: Path, tmp_path: Path) -> None:
    report = truth_febrl.report(shared_data, tmp_path)
    assert report.records == 1_000
    check(report, "merged by itself", 0.99, 0.88)
    check(report, "suggestions accepted", 0.99, 0.95)


def test_restaurants(shared_data: Path, tmp_path: Path) -> None:
    report = truth_restaurants.report(shared_data, tmp_path)
    assert report.records == 864
    check(report, "suggestions", 0.98, 0.92)


def test_company_names(shared_data: Path, tmp_path: Path) -> None:
    report = truth_names.report(shared_data, tmp_path)
    assert report.records == 201
    check(report, "names alone", 0.95, 0.8)
