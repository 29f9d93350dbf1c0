"""A small project, run once; canonical ids in answers are replaced by their cluster's label."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from identity.graph import IdentityGraph

AS_OF_MS = 1_777_600_000_000
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def golden_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden") / "project"
    shutil.copytree(HERE / "project", folder)
    with IdentityGraph.open(folder) as graph:
        graph.run(as_of_ms=AS_OF_MS)
    return folder


@pytest.fixture(scope="session")
def graph(golden_project: Path) -> Iterator[IdentityGraph]:
    with IdentityGraph.open(golden_project) as opened:
        yield opened


def labels_of(graph: IdentityGraph) -> dict[str, str]:
    """Give what stands for each canonical id in files of expected."""
    found = {}
    for plural in ("contacts", "companies"):
        rows = graph.store.table(f"resolve/stored_{plural}")
        found.update(
            {i: f"{i[:3]}<{label}>" for i, label in rows.select("id", "label").iter_rows()}
        )
    return found


def compare(name: str, text: str, labels: dict[str, str]) -> None:
    """Compare text with a file of expected; IDENTITY_UPDATE_GOLDEN=1 writes it instead."""
    for identity, label in labels.items():
        text = text.replace(identity, label)
    text = re.sub(r"\b(con|com)_[0-9a-z]{26}\b", r"\1<new>", text)
    path = HERE / "expected" / name
    if os.environ.get("IDENTITY_UPDATE_GOLDEN") == "1":
        path.write_text(text + "\n", encoding="utf-8")
    assert path.is_file(), f"{path} is missing: run with IDENTITY_UPDATE_GOLDEN=1 and read it"
    assert text + "\n" == path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def golden(graph: IdentityGraph) -> Callable[[str, str], None]:
    """Compare text about the small project with a file of expected."""
    labels = labels_of(graph)
    return lambda name, text: compare(name, text, labels)
