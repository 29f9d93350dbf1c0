"""The published edge cases (`examples/edge_cases`), each by its one expected outcome.

Each case is played on a real store in three ways: all rows of a step at once, resolved as a whole;
by three loads in order, and by two loads in a shuffled order, where each load looks only at what it
touched. However the rows came in, the same must be derived.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from identity.explain.state import State, differences
from identity.store.base import Store
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from identity.store.neo4j import Neo4jStore
from tests.support.cases import load, paths
from tests.support.cases_play import play
from tests.support.cases_project import WAYS
from tests.support.small_world import partial_only
from tools.neo4j_server import Neo4jServer

pytestmark = pytest.mark.small_frames

SEED = 20_260_101
AT_ONCE = "one load"
CASES = {path.name.partition("_")[0].upper(): path for path in paths()}
EMPTY = "MATCH (n) WHERE NOT n:SchemaMigration DETACH DELETE n"

Stores = Iterator[Store]

first_states: dict[str, State] = {}


EVERY_WAY = pytest.mark.parametrize(("case", "way"), [(c, way) for c in CASES for way in WAYS])


def run(case: str, way: str, folder: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Play a case, of several tenants each on a store of its own, and compare what is derived."""
    found = load(CASES[case])
    if way != AT_ONCE:
        partial_only(monkeypatch)
    for name, steps in (found.tenants or {"": found.steps}).items():
        state = play(steps, folder / f"data{name}", next(stores), way=way, seed=SEED)
        known = first_states.setdefault(f"{case}{name}", state)
        assert differences(known, state) == {}, f"{way} differs from how it was played before"


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Stores]:
    """Empty embedded stores."""
    opened: list[EmbeddedStore] = []

    def stores() -> Stores:
        while True:
            opened.append(EmbeddedStore(tmp_path / f"store{len(opened)}"))
            migrate(opened[-1])
            yield opened[-1]

    yield stores()
    for store in opened:
        store.close()


@pytest.fixture(scope="module")
def server(neo4j_server: Neo4jServer) -> Iterator[tuple[Neo4jStore, neo4j.Driver]]:
    """The store on the server, and a driver beside it."""
    uri = neo4j_server.bolt_uri
    store = Neo4jStore(uri, user="neo4j", password=None, database="neo4j")
    with neo4j.GraphDatabase.driver(uri, telemetry_disabled=True) as driver:
        yield store, driver
    store.close()


@pytest.fixture
def on_neo4j(server: tuple[Neo4jStore, neo4j.Driver], embedded: Stores) -> Stores:
    """The emptied server; a Community server has one database, so further tenants go elsewhere."""
    store, driver = server
    driver.execute_query(EMPTY, database_="neo4j")
    if not store.read("store/migrations"):
        migrate(store)

    def stores() -> Stores:
        yield store
        yield from embedded

    return stores()


@EVERY_WAY
def test_embedded(
    case: str, way: str, tmp_path: Path, embedded: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(case, way, tmp_path, embedded, monkeypatch)


@pytest.mark.neo4j
@EVERY_WAY
def test_neo4j(
    case: str, way: str, tmp_path: Path, on_neo4j: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(case, way, tmp_path, on_neo4j, monkeypatch)


def test_no_case_is_missing() -> None:
    assert list(CASES) == [f"E{number:02}" for number in range(1, 101)]
