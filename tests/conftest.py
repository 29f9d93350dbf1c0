"""What tests share, and the strategy behind it.

* Tests use the real thing. The embedded store is opened in a temporary folder by whoever needs it;
  a Neo4j server runs once per session (once per worker under xdist) in a temporary home of its own,
  on free ports. Nothing is mocked that can run.
* ``neo4j_url`` gives each test an *empty* database: it is emptied before the test, not after it, so
  that a test does not depend on how the one before it ended.
* What a machine may lack (Java, Maven, Chromium, the shared public data) makes a test skip with a
  message that says how to get it. Where that must not pass unseen, ``IDENTITY_REQUIRE_NEO4J=1`` and
  ``IDENTITY_REQUIRE_BROWSER=1`` turn such a skip into a failure.
* Tests marked ``small_frames`` run on a thread of Polars (`tests.support.polars_thread`).
* Fixtures give paths and addresses, not facades: each test says itself what it opens.
"""

from __future__ import annotations

import inspect
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import neo4j
import pytest

from identity.errors import EngineMissing
from tests.support.polars_thread import on_polars_thread
from tools.neo4j_server import Neo4jServer

WIPE_BATCH = 10_000


def _away(reason: str, variable: str) -> NoReturn:
    """Skip, or fail where the environment asks for the missing piece."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{reason} ({variable}=1)")
    pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is marked ``small_frames`` on a thread of Polars, all others as ever."""
    if pyfuncitem.get_closest_marker("small_frames") is None:
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    given = {name: pyfuncitem.funcargs[name] for name in wanted}
    on_polars_thread(lambda: pyfuncitem.obj(**given))
    return True


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The repository's root folder."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data(repo_root: Path) -> Path:
    """The folder with public data sets, which are no part of the repository."""
    place = os.environ.get("IDENTITY_SHARED_DATA")
    folder = Path(place) if place else repo_root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no public data sets at {folder}; set IDENTITY_SHARED_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jServer]:
    """A running server without authentication; use ``neo4j_url`` unless a test needs more of it."""
    try:
        server = Neo4jServer.start(tmp_path_factory.mktemp("neo4j"), heap_mb=256)
    except EngineMissing as error:
        _away(f"no Neo4j server: {error}", "IDENTITY_REQUIRE_NEO4J")
    with server:
        yield server


@pytest.fixture
def neo4j_url(neo4j_server: Neo4jServer) -> str:
    """Bolt address of an empty database: no nodes, no constraints, no indexes."""
    with neo4j.GraphDatabase.driver(neo4j_server.bolt_uri, telemetry_disabled=True) as driver:
        wipe(driver)
    return neo4j_server.bolt_uri


def wipe(driver: neo4j.Driver) -> None:
    """Empty the default database, its schema included."""
    left = 1
    while left:
        found = driver.execute_query(
            "MATCH (n) WITH n LIMIT $size DETACH DELETE n RETURN count(*) AS deleted",
            size=WIPE_BATCH,
            database_="neo4j",
        )
        left = found.records[0]["deleted"]
    # A constraint takes its index along, and the two lookup indexes are the server's own.
    for rows, statement in (
        ("SHOW CONSTRAINTS YIELD name", "DROP CONSTRAINT $name"),
        ("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'", "DROP INDEX $name"),
    ):
        for record in driver.execute_query(rows, database_="neo4j").records:
            driver.execute_query(statement, name=record["name"], database_="neo4j")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium or Chrome that can run without a screen."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    _away("no Chromium: install it (`apt-get install chromium`)", "IDENTITY_REQUIRE_BROWSER")
