"""What stands before every route: keys, hosts, request ids, and how much at once."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from identity.api import Settings, create_app
from identity.api.guard import KEY_VARIABLE, ApiKey, check_bind, is_loopback, key_of
from identity.errors import FixInput
from identity.graph import IdentityGraph
from tests.unit.api.conftest import LOCAL, Client

KEY = "k" * 20
OPEN = ("/healthz", "/readyz", "/v1/version", "/openapi.json", "/v1/errors", "/v1/errors/E_KEY")
LOOKUP = "/v1/lookup?type=email&value=a@nobody-knows.de"


@pytest.fixture
def locked(acme_graph: IdentityGraph) -> Client:
    return Client(create_app(acme_graph, Settings(key=ApiKey.of(KEY))))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {KEY}x",
        f"Bearer {KEY[:-1]}",
        f"Bearer  {KEY}",
        f"Basic {KEY}",
        KEY,
        f"Bearer {KEY.upper()}",
        "Bearer é",
    ],
)
def test_without_the_key_nothing_but_the_open_paths(locked: Client, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header.encode("latin-1")}
    for path in (LOOKUP, "/v1/resolve", "/v1/nowhere", "/", "/docs", "/healthzz", "/v1/errorss"):
        answer = locked.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "E_KEY")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    for path in OPEN:
        assert locked.get(path, headers=headers).status_code == 200, path


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_with_the_key(locked: Client, scheme: str) -> None:
    assert locked.get(LOOKUP, headers={"authorization": f"{scheme} {KEY}"}).status_code == 404


def test_a_key_in_the_query_string_is_no_key(locked: Client) -> None:
    assert locked.get(f"{LOOKUP}&key={KEY}").status_code == 401


def test_of_a_key_only_the_hash_is_kept() -> None:
    assert KEY not in repr(ApiKey.of(KEY))
    assert KEY.encode() not in ApiKey.of(KEY).digest


def test_the_key_comes_from_the_environment() -> None:
    assert key_of({}) is None
    found = key_of({KEY_VARIABLE: KEY})
    assert found is not None
    assert found.fits(f"Bearer {KEY}")


@pytest.mark.parametrize("text", ["", "short", "k" * 15, f"{KEY}\n", f" {KEY}", "ü" * 20])
def test_what_is_no_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(FixInput, match=KEY_VARIABLE) as refused:
        key_of({KEY_VARIABLE: text})
    assert text == "" or text not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.5", False),
        ("localhost.evil.com", False),
        ("127.0.0.1.nip.io", False),
        ("", False),
    ],
)
def test_other_machines_need_a_key(host: str, local: bool) -> None:
    assert is_loopback(host) is local
    check_bind(host, ApiKey.of(KEY))
    if local:
        check_bind(host, None)
    else:
        with pytest.raises(FixInput, match=KEY_VARIABLE):
            check_bind(host, None)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("[::1]:8080", 200),
        ("evil.example", 403),
        ("127.0.0.1.nip.io:8080", 403),
        ("", 403),
    ],
)
def test_a_page_of_another_host_cannot_ask_by_its_name(
    acme_graph: IdentityGraph, host: str, status: int
) -> None:
    local = Client(create_app(acme_graph, Settings(local_only=True)))
    assert local.get("/v1/version", headers={"host": host}).status_code == status


@pytest.mark.parametrize("given", ["abc-123", "req_1:2/3+4=", "x" * 128])
def test_a_request_id_comes_back(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "a\tb", "<script>", "é"])
def test_a_request_id_that_is_none_is_replaced(client: Client, given: str) -> None:
    headers = {"x-request-id": given.encode("latin-1")}
    found = {client.get("/healthz", headers=headers).headers["x-request-id"] for _ in range(3)}
    assert len(found) == 3
    assert given not in found


def test_too_many_at_once_are_sent_away_and_the_rest_served(acme_graph: IdentityGraph) -> None:
    app = create_app(acme_graph, Settings(most_at_once=3))
    go_on = asyncio.Event()

    async def wait(_request: Request) -> Response:
        await go_on.wait()
        return Response("done")

    app.add_route("/wait", wait)

    async def scenario() -> tuple[list[Any], httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as http:
            waiting = [asyncio.create_task(http.get("/wait")) for _ in range(5)]
            _, still = await asyncio.wait(waiting, timeout=2, return_when=asyncio.FIRST_COMPLETED)
            while len(still) > 3:
                _, still = await asyncio.wait(still, timeout=2, return_when=asyncio.FIRST_COMPLETED)
            alive = await http.get("/healthz")
            go_on.set()
            answers = await asyncio.gather(*waiting)
            return answers, alive, await http.get(LOOKUP)

    answers, alive, after = asyncio.run(scenario())
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 503, 503]
    busy = next(a for a in answers if a.status_code == 503)
    assert (busy.json()["code"], busy.json()["retryable"]) == ("E_BUSY", True)
    assert int(busy.headers["retry-after"]) >= 1
    assert alive.status_code == 200
    assert after.status_code == 404
