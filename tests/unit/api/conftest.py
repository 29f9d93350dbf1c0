"""The service over the small sample project, on the embedded store.

The graph is built once a session, by a real run, and nobody writes to it afterwards: a test that
needs another graph opens its own. Requests go through the whole application (guard, routes,
problems) by httpx, without a socket; `test_serve.py` has the tests that need one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from identity.api import Settings, create_app
from identity.graph import IdentityGraph
from identity.templates import lay_out

AS_OF_MS = 1_782_900_000_000  # 2026-07-01T10:00:00Z, after the last event of the sample
SCALE = 0.05
SEED = 7
LOCAL = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Client:
    """Asks an application; an error inside it comes back as its answer, as over a socket."""

    app: FastAPI
    base: str = LOCAL

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, path, **options)

        return asyncio.run(once())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("POST", path, **options)

    def resolve(self, *items: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
        """Resolve items; give the answers."""
        answer = self.post("/v1/resolve", json={"items": list(items)}, **options)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["results"]
        return found


@pytest.fixture(scope="session")
def acme_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small sample, not run yet."""
    folder = tmp_path_factory.mktemp("api") / "acme"
    lay_out(folder, "acme", seed=SEED, scale=SCALE)
    return folder


@pytest.fixture(scope="session")
def acme_graph(acme_project: Path) -> Iterator[IdentityGraph]:
    """The small sample's graph."""
    with IdentityGraph.open(acme_project, store="embedded") as graph:
        graph.run(as_of_ms=AS_OF_MS)
        yield graph


@pytest.fixture(scope="session")
def planted(acme_project: Path, acme_graph: IdentityGraph) -> dict[str, list[list[str]]]:
    """The cases that the generator plants, by name: the identifiers of each."""
    found: dict[str, list[list[str]]] = json.loads((acme_project / "truth/notes.json").read_text())
    return found


@pytest.fixture(scope="session")
def client(acme_graph: IdentityGraph) -> Client:
    """A service without a key, whose clock stands still."""
    return Client(create_app(acme_graph, Settings(clock=lambda: AS_OF_MS)))


def item(kind: str, *identifiers: str, **more: Any) -> dict[str, Any]:
    """Make an item of identifiers in full, ``email:ann@acme.com``."""
    given = []
    for text in identifiers:
        plain = text.partition(":")[0] in ("email", "domain", "phone")
        name, _, value = text.partition(":") if plain else ("identifier", "", text)
        given.append({"type": name, "value": value})
    return {"kind": kind, "identifiers": given, **more}
