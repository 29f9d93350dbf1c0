"""A Neo4j server of our own: readiness, authentication, failures, command line, fixtures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import neo4j
import pytest

from identity.errors import FixInput, StoreUnavailable
from tools.background import recall
from tools.neo4j_server import Neo4jServer, free_port

pytestmark = pytest.mark.neo4j

PASSWORD = 'a b"c\\d#e@f'  # what quoting could spoil


def _count(server: Neo4jServer) -> int:
    with neo4j.GraphDatabase.driver(server.bolt_uri, auth=server.auth) as driver:
        return int(driver.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"])


def _write(server: Neo4jServer, query: str) -> None:
    with neo4j.GraphDatabase.driver(server.bolt_uri, auth=server.auth) as driver:
        driver.execute_query(query)


def test_password_and_data_outlive_a_restart(neo4j_server: Neo4jServer, tmp_path: Path) -> None:
    with Neo4jServer.start(tmp_path, heap_mb=256, password=PASSWORD) as server:
        _write(server, "CREATE (:Run {id: 'run_1'})")
        with (
            pytest.raises(neo4j.exceptions.AuthError),
            neo4j.GraphDatabase.driver(server.bolt_uri) as stranger,
        ):
            stranger.verify_connectivity()
    with Neo4jServer.start(tmp_path, heap_mb=256, password=PASSWORD) as server:
        assert _count(server) == 1
    with pytest.raises(FixInput, match="another password"):
        Neo4jServer.start(tmp_path, heap_mb=256, password=PASSWORD + "!")


def test_a_short_password_is_refused(neo4j_server: Neo4jServer, tmp_path: Path) -> None:
    with pytest.raises(FixInput, match="8 characters"):
        Neo4jServer.start(tmp_path, password="secret")


def test_a_server_that_ends_early_shows_its_log(neo4j_server: Neo4jServer, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "neo4j.conf").write_text("server.no.such.setting=1\n")
    with pytest.raises(StoreUnavailable, match=r"server\.no\.such\.setting"):
        Neo4jServer.start(tmp_path, heap_mb=256)


def test_a_server_that_is_late_is_stopped(neo4j_server: Neo4jServer, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="not ready"):
        Neo4jServer.start(tmp_path, heap_mb=256, timeout_s=0.5)
    # Its home is free again: a server that still ran would hold the lock on the store.
    with Neo4jServer.start(tmp_path, heap_mb=256) as server:
        assert _count(server) == 0


def _command(home: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.neo4j_server", *words, "--home", str(home)],
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, **extra},
        check=False,
    )


def test_command_line(
    neo4j_server: Neo4jServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repo_root: Path
) -> None:
    monkeypatch.chdir(repo_root)
    home = tmp_path / "home with a blank"
    assert _command(home, "status").returncode == 3
    ports = ("--bolt-port", "0", "--http-port", "0", "--heap-mb", "256")
    guide = ("--guide", "--guide-port", str(free_port()))
    try:
        started = _command(home, "start", "--auth", *ports, *guide, NEO4J_PASSWORD=PASSWORD)
        assert started.returncode == 0, started.stderr
        again = _command(home, "start", "--auth", *ports, *guide, NEO4J_PASSWORD=PASSWORD)
        assert again.stdout == started.stdout
        assert _command(home, "status").stdout == started.stdout
        uri = started.stdout.splitlines()[0].removeprefix("bolt: ")
        with neo4j.GraphDatabase.driver(uri, auth=("neo4j", PASSWORD)) as driver:
            driver.verify_connectivity()
        folder = recall(home / "server.json")["content"].urls["folder"]
        assert httpx.get(f"{folder}/guide.html").is_success
    finally:
        stopped = _command(home, "stop")
    assert stopped.returncode == 0
    assert _command(home, "status").returncode == 3
    assert recall(home / "server.json") == {}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{folder}/guide.html")


def test_command_line_without_the_password_it_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repo_root: Path
) -> None:
    monkeypatch.chdir(repo_root)
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    refused = _command(tmp_path, "start", "--auth")
    assert refused.returncode == FixInput.exit_code
    assert "NEO4J_PASSWORD" in refused.stderr


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_database(turn: int, neo4j_url: str) -> None:
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        nodes = driver.execute_query("MATCH (n) RETURN count(n) AS n").records
        assert nodes[0]["n"] == 0
        schema = driver.execute_query("SHOW INDEXES YIELD type WHERE type <> 'LOOKUP'").records
        assert schema == []
        driver.execute_query("CREATE CONSTRAINT a FOR (n:Run) REQUIRE n.id IS UNIQUE")
        driver.execute_query("CREATE INDEX b FOR (n:Run) ON (n.seq)")
        driver.execute_query("UNWIND range(1, 25000) AS i CREATE (:Run {id: i})-[:X]->(:Y)")
