"""An id is asked for after it was given up: by the facade, the command line and over HTTP (R27)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from identity.api import Settings, create_app
from identity.config import Config
from identity.explain import text
from identity.graph import IdentityGraph
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from tests.support.cases import Step, load, paths
from tests.support.cases_play import play
from tests.unit.api.conftest import Client

CASES = {path.name.partition("_")[0].upper(): path for path in paths()}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(tmp_path / "store")
    migrate(opened)
    yield opened
    opened.close()


def after(case: str, steps: int, store: EmbeddedStore, folder: Path) -> IdentityGraph:
    """Play the first steps of a story; give the graph."""
    told: tuple[Step, ...] = load(CASES[case]).steps[:steps]
    play(told, folder / "project", store, way="one load", seed=1)
    return IdentityGraph(Config.model_validate({"project": "case"}), store)


def ask(graph: IdentityGraph, identity: str) -> httpx.Response:
    client = Client(create_app(graph, Settings(clock=lambda: 1_767_225_600_000)))
    return client.get("/v1/lookup", params={"type": "id", "value": identity})


def ended(graph: IdentityGraph, state: str) -> str:
    rows = graph.store.read("resolve/stored_contacts")
    (found,) = {r["id"] for r in rows if r["state"] == state}
    return str(found)


def holder(graph: IdentityGraph, email: str) -> str:
    return str(graph.lookup("email", email)["contacts"][0]["id"])


def test_merged(store: EmbeddedStore, tmp_path: Path) -> None:
    graph = after("E91", 2, store, tmp_path)
    bob, ann = ended(graph, "merged"), holder(graph, "ann@acme.com")
    answer = ask(graph, bob)
    assert answer.status_code == 200
    assert answer.json() == graph.lookup("id", bob)
    assert answer.json()["redirect"] == ann
    assert answer.json()["successors"] == [ann]
    assert not answer.json()["gone"]
    assert f"  use {ann} instead" in text.lookup_lines(answer.json())


def test_merged_and_split_afterwards(store: EmbeddedStore, tmp_path: Path) -> None:
    graph = after("E91", 3, store, tmp_path)
    ann, cid = holder(graph, "ann@acme.com"), holder(graph, "cid@home-address.org")
    bob = ended(graph, "merged")
    answer = ask(graph, bob).json()
    assert (answer["redirect"], answer["successors"]) == (ann, [ann, cid])
    assert f"  also holds some of it: {cid}" in text.lookup_lines(answer)
    living = ask(graph, ann).json()
    assert (living["state"], living["split_off"]) == ("live", [cid])
    assert f"  split off: {cid}" in text.lookup_lines(living)
    assert "split_off" not in ask(graph, cid).json()


def test_gone(store: EmbeddedStore, tmp_path: Path) -> None:
    graph = after("E54", 2, store, tmp_path)
    bob = ended(graph, "retired")
    found = graph.lookup("id", bob)
    assert (found["state"], found["redirect"], found["successors"], found["gone"]) == (
        "retired",
        None,
        [],
        True,
    )
    assert "  gone: nobody holds what it last held" in text.lookup_lines(found)
    answer = ask(graph, bob)
    assert (answer.status_code, answer.json()["code"]) == (410, "E_GONE")
    assert bob in answer.json()["detail"]
