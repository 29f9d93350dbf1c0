"""The service says the same on both stores, and is ready on both."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import httpx
import pytest

from identity.api import Settings, create_app
from identity.graph import IdentityGraph
from identity.store.base import Store
from tests.contract.conftest import Both
from tests.support.canonical import Names
from tests.support.small_acme import RUNS_MS, SmallAcme

pytestmark = pytest.mark.neo4j

NOW_MS = RUNS_MS[-1] + 86_400_000
MOST = 100


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, repo_root: Any) -> Any:
    return SmallAcme.make(tmp_path_factory.mktemp("config"), repo_root).config


def ask(config: Any, store: Store, requests: list[tuple[str, str, Any]]) -> list[httpx.Response]:
    app = create_app(IdentityGraph(config, store), Settings(clock=lambda: NOW_MS))

    async def all_of_them() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            return [await http.request(m, path, json=body) for m, path, body in requests]

    return asyncio.run(all_of_them())


def comparable(answer: Any, names: Names) -> Any:
    """Put names in the place of ids; what is ordered by id alone has another order there."""
    if isinstance(answer, dict):
        found = {k: comparable(v, names) for k, v in answer.items()}
        for name in ("alternatives", "companies", "identifiers", "successors"):
            if name in found:
                found[name] = sorted(found[name], key=repr)
        return found
    if isinstance(answer, list):
        return [comparable(item, names) for item in answer]
    return names.named(answer)


def test_answers_are_equal(both: Both, config: Any) -> None:
    ids = sorted(r["id"] for r in both.embedded.read("export/identifiers"))
    chosen = [*ids[:: max(len(ids) // 150, 1)], "email:nobody@nobody-knows.de", "email:n/a"]
    items = [
        {"kind": kind, "identifiers": [{"type": "identifier", "value": i}], "as_of": as_of}
        for i in chosen
        for kind in ("contact", "company", "event")
        for as_of in (None, "2025-06-01T00:00:00Z")
    ]
    pairs = [
        {"kind": "contact", "identifiers": [{"type": "identifier", "value": i} for i in two]}
        for two in pairwise(chosen)
    ]
    asked = [*items, *pairs]
    requests: list[tuple[str, str, Any]] = [
        ("POST", "/v1/resolve", {"items": asked[n : n + MOST]}) for n in range(0, len(asked), MOST)
    ]
    requests += [("POST", "/v1/lookup", {"type": "identifier", "value": i}) for i in chosen]
    found = {}
    for kind, store in both.stores().items():
        answers = ask(config, store, requests)
        assert {a.status_code for a in answers} <= {200, 400, 404}
        found[kind] = [comparable(a.json(), both.names[kind]) for a in answers]
        for answer in found[kind]:
            answer.pop("request_id", None)
    assert found["embedded"] == found["neo4j"]
    statuses = {r["status"] for a in found["neo4j"] for r in a.get("results", ())}
    assert statuses == {"matched", "ambiguous", "new", "rejected"}


def test_both_are_ready(both: Both, config: Any) -> None:
    for store in both.stores().values():
        (answer,) = ask(config, store, [("GET", "/readyz", None)])
        assert (answer.status_code, answer.json()["ready"]) == (200, True)
