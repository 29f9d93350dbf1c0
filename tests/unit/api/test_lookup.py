"""GET and POST /v1/lookup: one answer by two doors, and values that are none."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from identity.graph import IdentityGraph
from tests.unit.api.conftest import Client

JSON = {"content-type": "application/json"}


def person(graph: IdentityGraph) -> str:
    rows = graph.store.read("journey/resolved_contacts")
    return min(r["identifier"] for r in rows if r["identifier"].startswith("email:"))[6:]


def test_both_doors_give_what_the_facade_gives(client: Client, acme_graph: IdentityGraph) -> None:
    address = person(acme_graph)
    wanted = acme_graph.lookup("email", address)
    by_url = client.get("/v1/lookup", params={"type": "email", "value": address})
    by_body = client.post("/v1/lookup", json={"type": "email", "value": address})
    assert by_url.json() == by_body.json() == wanted
    assert by_url.headers["x-graph-revision"] == str(acme_graph.revision())


def test_canonical_ids_are_looked_up_too(client: Client, acme_graph: IdentityGraph) -> None:
    contact = acme_graph.lookup("email", person(acme_graph))["contacts"][0]["id"]
    answer = client.get("/v1/lookup", params={"type": "id", "value": contact}).json()
    assert (answer["id"], answer["state"]) == (contact, "live")
    assert f"email:{person(acme_graph)}" in answer["identifiers"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "nobody@nobody-knows.de"), ("id", "con_01nope"), ("domain", "x.de")],
)
def test_what_is_not_there(client: Client, kind: str, value: str) -> None:
    for answer in (
        client.get("/v1/lookup", params={"type": kind, "value": value}),
        client.post("/v1/lookup", json={"type": kind, "value": value}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "E_NOT_FOUND")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "type=email",
        "value=a@b.de",
        "type=&value=a@b.de",
        "type=mail&value=a@b.de",
        "type=email&value=",
        "type=email&value=%00",
        "type=user&value=1042%00",
        "type=identifier&value=email:%00",
        "type=email&value=%2e%2e",
        "type=email&value=%2e%2e%2fetc%2fpasswd",
        "type=email&value=%ff",
        "type=email&value=%c3%28",
        "type=email&value=%ED%A0%80",
        "type=email&value=a@b.de&value=c@d.de",
        "type=email&value=a@b.de&callback=x",
        "type=id&value=42",
        "type=identifier&value=nonsense",
        f"type=email&value={'a' * 2000}@b.de",
        "&".join(f"a{n}=1" for n in range(2_000)),
    ],
)
def test_queries_that_are_none(client: Client, query: str) -> None:
    answer = client.get(f"/v1/lookup?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert not answer.json()["retryable"]


def test_a_plus_sign_in_a_url_is_a_blank(client: Client) -> None:
    """The most common mistake has its own remedy; escaped, the same address is only unknown."""
    wrong = client.get("/v1/lookup?type=email&value=ann+news@nobody-knows.de")
    assert wrong.status_code == 400
    assert "%2B" in wrong.json()["detail"]
    right = client.get(f"/v1/lookup?type=email&value={quote('ann+news@nobody-knows.de')}")
    assert right.status_code == 404


def test_numbers_are_not_values(client: Client) -> None:
    big = b'{"type": "user", "value": 18446744073709551616}'
    answer = client.post("/v1/lookup", content=big, headers=JSON)
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/value"]
