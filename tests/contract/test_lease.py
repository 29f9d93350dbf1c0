"""Two processes on one Neo4j never both write: the lease and its fencing token."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from identity.errors import StoreLocked
from identity.explain.state import digest, full_state
from identity.generate import generate_acme
from identity.graph import IdentityGraph
from identity.store.migrate import migrate
from identity.store.neo4j import Neo4jStore

pytestmark = pytest.mark.neo4j

AS_OF_MS = 1_782_863_999_000
Stores = tuple[Neo4jStore, Neo4jStore]


@pytest.fixture
def stores(neo4j_url: str) -> Iterator[Stores]:
    one, two = (
        Neo4jStore(neo4j_url, user="neo4j", password=None, database="neo4j") for _ in range(2)
    )
    migrate(one)
    yield one, two
    one.close()
    two.close()


def _touch(store: Neo4jStore, name: str) -> None:
    store.write("store/migration", [{"id": name, "name": name, "checksum": ""}])


def _noted(store: Neo4jStore) -> set[str]:
    return {row["id"] for row in store.read("store/migrations")}


def _let_time_pass(url: str) -> None:
    with neo4j.GraphDatabase.driver(url, telemetry_disabled=True) as driver:
        driver.execute_query("MATCH (l:Lease) SET l.until_ms = 0")


def test_whoever_writes_once_leaves_the_graph_open(stores: Stores) -> None:
    one, two = stores
    for _ in range(3):
        _touch(one, "a")
        _touch(two, "b")
    assert {"a", "b"} <= _noted(one)


def test_nobody_writes_while_another_holds(stores: Stores) -> None:
    one, two = stores
    with one.hold():
        _touch(one, "a")
        with pytest.raises(StoreLocked, match="writes to this graph"):
            _touch(two, "b")
        with pytest.raises(StoreLocked), two.hold():
            pass
        with one.hold():
            _touch(one, "c")
        _touch(one, "d")
    with two.hold():
        _touch(two, "e")
    assert {"a", "c", "d", "e"} <= _noted(one)
    assert "b" not in _noted(one)


def test_a_holder_that_was_overtaken_writes_nothing_more(stores: Stores, neo4j_url: str) -> None:
    one, two = stores
    with one.hold():
        _let_time_pass(neo4j_url)
        _touch(two, "b")
        with pytest.raises(StoreLocked, match="taken over"), one.transaction() as tx:
            tx.write("store/migration", [{"id": "a", "name": "a", "checksum": ""}])
    assert "a" not in _noted(one)
    _touch(one, "c")
    assert {"b", "c"} <= _noted(one)


def test_a_transaction_that_broke_off_leaves_nothing_and_holds_nobody_up(stores: Stores) -> None:
    one, two = stores

    def break_off() -> None:
        with one.transaction() as tx:
            tx.write("store/migration", [{"id": "a", "name": "a", "checksum": ""}])
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert "a" not in _noted(one)
    _touch(two, "b")
    assert "b" in _noted(one)


def test_a_holder_whose_time_is_up_goes_on_while_nobody_took_over(
    stores: Stores, neo4j_url: str
) -> None:
    one, two = stores
    with one.hold():
        _let_time_pass(neo4j_url)
        _touch(one, "a")
        with pytest.raises(StoreLocked):
            _touch(two, "b")


def test_of_many_that_ask_at_once_one_gets_it(stores: Stores) -> None:
    start = threading.Barrier(8)
    got: list[bool] = []
    done = threading.Barrier(8)

    def ask(url: str) -> None:
        store = Neo4jStore(url, user="neo4j", password=None, database="neo4j")
        start.wait()
        try:
            with store.hold():
                got.append(True)
                done.wait()
        except StoreLocked:
            got.append(False)
            done.wait()
        store.close()

    url = stores[0].location.rpartition("/")[0]
    threads = [threading.Thread(target=ask, args=(url,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(got) == [False] * 7 + [True]


def test_two_processes_that_run_at_once_give_what_one_gives(
    repo_root: Path, tmp_path: Path, neo4j_url: str
) -> None:
    generate_acme(tmp_path, seed=7, scale=0.03)
    yaml = (repo_root / "examples" / "acme" / "identity.yaml").read_text(encoding="utf-8")
    (tmp_path / "identity.yaml").write_text(yaml, encoding="utf-8")
    command = [sys.executable, "-m", "identity.cli", "run", "--project", str(tmp_path)]
    command += ["--as-of", "2026-06-30T23:59:59Z"]
    env = {**os.environ, "IDENTITY_STORE": "neo4j", "NEO4J_URI": neo4j_url}
    with IdentityGraph.open(tmp_path, store="embedded") as graph:
        graph.run(as_of_ms=AS_OF_MS)
        wanted = digest(full_state(graph.store))
    store = Neo4jStore(neo4j_url, user="neo4j", password=None, database="neo4j")
    migrate(store)
    both = [
        subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    ended = [(process.communicate(timeout=300)[1].decode(), process.returncode) for process in both]
    codes = sorted(code for _, code in ended)
    assert codes in ([0, 0], [0, 5]), ended
    if codes == [0, 5]:
        assert any("writes to this graph" in text for text, _ in ended)
    assert digest(full_state(store)) == wanted
    store.close()
