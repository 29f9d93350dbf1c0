"""Health, readiness, revisions: what a machine asks before it sends requests here."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from identity import config as configuration
from identity.api import Settings, create_app
from identity.graph import IdentityGraph
from identity.opening import connect
from identity.store.migrate import migrate
from tests.unit.api.conftest import LOCAL, Client

NEVER = "/v1/lookup?type=email&value=a@nobody-knows.de"


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    (tmp_path / "identity.yaml").write_text("project: blank\n")
    return tmp_path


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert {c["status"] for c in answer.json()["checks"]} == {"ok"}


def test_a_store_without_constraints_is_alive_and_not_ready(blank: Path) -> None:
    config = configuration.load(blank)
    with IdentityGraph(config, connect(config)) as graph:
        client = Client(create_app(graph))
        assert client.get("/healthz").status_code == 200
        before = client.get("/readyz")
        assert (before.status_code, before.json()["ready"]) == (503, False)
        failed = {c["name"]: c for c in before.json()["checks"] if c["status"] == "fail"}
        assert set(failed) == {"constraints", "schema"}
        assert "contact_id" in failed["constraints"]["message"]
        migrate(graph.store)
        assert client.get("/readyz").status_code == 200


def test_a_store_with_a_constraint_dropped_is_not_ready(blank: Path) -> None:
    with IdentityGraph.open(blank, store="embedded") as graph:
        client = Client(create_app(graph))
        assert client.get("/readyz").status_code == 200
        graph.store.schema(["DROP CONSTRAINT company_id"])
        answer = client.get("/readyz")
        assert answer.status_code == 503
        (failed,) = [c for c in answer.json()["checks"] if c["status"] == "fail"]
        assert (failed["name"], "company_id" in failed["message"]) == ("constraints", True)


def test_a_store_of_a_newer_program_is_not_ready(blank: Path) -> None:
    with IdentityGraph.open(blank, store="embedded") as graph:
        row = {"id": "999_later", "name": "999_later", "checksum": "x"}
        graph.store.write("store/migration", [row])
        answer = Client(create_app(graph)).get("/readyz")
        assert answer.status_code == 503
        assert "999_later" in str(answer.json()["checks"])


def test_head_is_answered_where_get_is(client: Client) -> None:
    answer = client.ask("HEAD", "/healthz")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_folder_is_opened_when_the_service_starts_and_closed_when_it_ends(blank: Path) -> None:
    app = create_app(blank)

    async def scenario() -> int:
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as http:
                return (await http.get("/readyz")).status_code

    assert asyncio.run(scenario()) == 200
    IdentityGraph.open(blank, store="embedded").close()  # the store is free again


@pytest.mark.parametrize("path", ["/v1/resolve", "/v1/lookup"])
@pytest.mark.parametrize("text", ["", "12", "r-", "r-1.2.3", "r--1", "r-1e9", "R-1", "r-٣", "%00"])
def test_revisions_that_are_none(client: Client, path: str, text: str) -> None:
    answer = client.post(f"{path}?min_revision={text}", json={})
    assert (answer.status_code, answer.json()["code"]) == (400, "E_REQUEST")


def test_a_revision_that_was_reached_does_not_wait(
    client: Client, acme_graph: IdentityGraph
) -> None:
    now = str(acme_graph.revision())
    for reached in (now, "r-0", now.partition(".")[0]):
        assert client.get(f"{NEVER}&min_revision={reached}").status_code == 404


def test_a_revision_that_is_not_reached_in_time(client: Client, acme_graph: IdentityGraph) -> None:
    now = acme_graph.revision()
    answer = client.get(f"{NEVER}&min_revision=r-{now.run}.{now.changes + 1}")
    assert (answer.status_code, answer.json()["code"]) == (503, "E_REVISION")
    assert (answer.json()["retryable"], answer.headers["retry-after"]) == (True, "1")


def test_a_reader_waits_for_the_write_it_knows_of(blank: Path) -> None:
    """A run is noted while the request waits; the same request then is answered."""
    with IdentityGraph.open(blank, store="embedded") as graph:
        app = create_app(graph, Settings())

        async def scenario() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as http:
                waiting = asyncio.create_task(http.get(f"{NEVER}&min_revision=r-1.0"))
                await asyncio.sleep(0.2)
                assert not waiting.done()
                await asyncio.to_thread(graph.run, as_of_ms=1_782_900_000_000)
                return await waiting

        assert asyncio.run(scenario()).status_code == 404
