"""The change feed over whole runs: two writers, one count, also where a run breaks off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from identity import pipeline
from identity.graph import IdentityGraph

PROJECT = Path(__file__).parents[1] / "golden" / "project"
AS_OF_MS = 1_777_600_000_000


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[IdentityGraph]:
    shutil.copytree(PROJECT, tmp_path / "project")
    with IdentityGraph.open(tmp_path / "project", store="embedded") as opened:
        yield opened


def rows_of(graph: IdentityGraph) -> list[dict[str, Any]]:
    return graph.store.read("explain/changes_after", seq=0)


def gapless(rows: list[dict[str, Any]]) -> bool:
    return [r["seq"] for r in rows] == list(range(1, len(rows) + 1))


def test_stages_are_rows_of_the_one_feed(graph: IdentityGraph) -> None:
    graph.run(as_of_ms=AS_OF_MS)
    rows = rows_of(graph)
    assert gapless(rows)
    reached = [r for r in rows if r["change"] == "stage.reached"]
    stages = {r["id"]: r for r in graph.store.read("journey/stored_stages")}
    assert sorted(r["subject"] for r in reached) == sorted(stages)
    for row in reached:
        after, cause = orjson.loads(row["after"]), orjson.loads(row["cause"])
        stage = stages[row["subject"]]
        assert after == {n: stage[n] for n in after}
        assert set(after) >= {"kind", "at_ms", "of"}
        assert cause["setting"] == f"journeys.stages.{stage['kind']}"
        assert stage["of"] in (cause.get("record"), cause.get("identifier"))
    assert graph.revision().changes == len(rows)


def test_a_second_run_emits_nothing(graph: IdentityGraph) -> None:
    graph.run(as_of_ms=AS_OF_MS)
    rows = rows_of(graph)
    graph.run(as_of_ms=AS_OF_MS + 1)
    graph.run(as_of_ms=AS_OF_MS + 2, whole=True)
    assert rows_of(graph) == rows


@pytest.mark.parametrize("broken", ["resolve", "journeys"])
def test_a_run_that_breaks_off_loses_no_number(
    graph: IdentityGraph, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """The stage has committed, the run was not noted: the next one counts on."""
    note = pipeline._note

    def breaking(state: pipeline.RunState) -> None:
        if broken in state.done:
            raise KeyboardInterrupt
        note(state)

    monkeypatch.setattr(pipeline, "_note", breaking)
    with pytest.raises(KeyboardInterrupt):
        graph.run(as_of_ms=AS_OF_MS)
    monkeypatch.undo()
    before = rows_of(graph)
    assert gapless(before)
    contacts = graph.config.folder and Path(graph.config.folder) / "data/salesforce/Contact.csv"
    lines = contacts.read_text(encoding="utf-8").splitlines()
    new = lines[1].replace("003Gd", "003Ge").replace("@", ".new@")
    contacts.write_text("\n".join([*lines, new]) + "\n", encoding="utf-8")
    graph.run(as_of_ms=AS_OF_MS + 1)
    rows = rows_of(graph)
    assert gapless(rows)
    assert rows[: len(before)] == before
    assert len(rows) > len(before)
    assert graph.store.read("journey/stored_journeys"), "the broken run's journeys were made up for"
    ids = [
        r["minted_seq"]
        for plural in ("contacts", "companies")
        for r in graph.store.read(f"resolve/stored_{plural}")
    ]
    assert len(ids) == len(set(ids))
