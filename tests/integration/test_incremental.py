"""Deliveries resolved one by one give what one load of everything gives, on a graph of some size.

The records are those that the incremental benchmark delivers: new people at known companies,
records that gain an address, new companies, with shared mailboxes, provider domains and second
records among them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.incremental_data import Shape, write_project
from identity.explain.state import digest, entity_state
from identity.graph import IdentityGraph
from identity.pipeline import RunState

pytestmark = pytest.mark.small_frames

AS_OF_MS = 1_767_225_600_000
DELIVERIES = ("first-0", "later-0", "later-1", "later-2")


def deliver(graph: IdentityGraph, name: str, *stages: str, whole: bool = False) -> RunState:
    root = graph.config.root
    shutil.rmtree(root / "data", ignore_errors=True)
    shutil.copytree(root / name, root / "data")
    return graph.run(*stages, as_of_ms=AS_OF_MS, whole=whole)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("incremental")
    news = write_project(folder, Shape(edges=4_000, new=150, deliveries=3))
    assert all(news.values()), news
    return folder


def copy_of(project: Path, name: str) -> Path:
    return Path(shutil.copytree(project, project.with_name(f"{project.name}-{name}")))


def test_deliveries_give_what_one_load_gives(project: Path) -> None:
    with IdentityGraph.open(copy_of(project, "whole")) as at_once:
        for name in DELIVERIES[:-1]:
            deliver(at_once, name, "ingest")
        deliver(at_once, DELIVERIES[-1], "ingest", "resolve", whole=True)
        expected = digest(entity_state(at_once.store))
    with IdentityGraph.open(copy_of(project, "parts")) as graph:
        parts = [deliver(graph, name, "ingest", "resolve").resolved for name in DELIVERIES]
        assert all(p is not None and p.changed for p in parts)
        assert [p.whole for p in parts if p is not None] == [True, False, False, False]
        assert digest(entity_state(graph.store)) == expected
        rebuilt = graph.run("resolve", as_of_ms=AS_OF_MS, whole=True).resolved
        assert rebuilt is not None
        assert not rebuilt.changed, rebuilt.counts
