"""What requests may be: strict, with a pointer to every fault; instants; limits; bodies."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from identity.api import Settings, create_app
from identity.graph import IdentityGraph
from tests.unit.api.conftest import AS_OF_MS, Client, item

JSON = {"content-type": "application/json"}
ANN = {"kind": "contact", "identifiers": [{"type": "email", "value": "ann@nobody-knows.de"}]}


def body(*items: Any, **more: Any) -> bytes:
    return json.dumps({"items": list(items), **more}).encode()


def changed(**changes: Any) -> dict[str, Any]:
    return {**ANN, **changes}


def identified(**identifier: Any) -> dict[str, Any]:
    return changed(identifiers=[identifier])


@pytest.mark.parametrize(
    ("tree", "pointer", "code"),
    [
        (body(changed(kinds=1)), "/items/0/kinds", "E_UNKNOWN_FIELD"),
        (body(ANN, more=1), "/more", "E_UNKNOWN_FIELD"),
        (body(ANN, changed(**{"a/b~c": 1})), "/items/1/a~1b~0c", "E_UNKNOWN_FIELD"),
        (body(changed(kind="person")), "/items/0/kind", "E_NOT_ALLOWED"),
        (body({"kind": "contact"}), "/items/0/identifiers", "E_MISSING"),
        (body(changed(identifiers=[])), "/items/0/identifiers", "E_TOO_SHORT"),
        (body(changed(identifiers={})), "/items/0/identifiers", "E_TYPE"),
        (body(identified(type="email", value=7)), "/items/0/identifiers/0/value", "E_TYPE"),
        (body(identified(type="email", value=True)), "/items/0/identifiers/0/value", "E_TYPE"),
        (body(identified(type="email", value=None)), "/items/0/identifiers/0/value", "E_TYPE"),
        (body(identified(type="email", value="")), "/items/0/identifiers/0/value", "E_TOO_SHORT"),
        (
            body(identified(type="email", value="a" * 1025)),
            "/items/0/identifiers/0/value",
            "E_TOO_LONG",
        ),
        (body(identified(type="E-mail", value="a")), "/items/0/identifiers/0/type", "E_VALUE"),
        (body(identified(type="mail", value="a")), "/items/0/identifiers/0", "E_IDENTIFIER"),
        (body(identified(value="a")), "/items/0/identifiers/0/type", "E_MISSING"),
        (body(), "/items", "E_TOO_SHORT"),
        (body(*[ANN] * 101), "/items", "E_TOO_LONG"),
        (body(changed(attributes={"size": 7})), "/items/0/attributes/size", "E_TYPE"),
        (b"{}", "/items", "E_MISSING"),
        (b"null", "", "E_TYPE"),
        (b"[]", "", "E_TYPE"),
        (b"7", "", "E_TYPE"),
        (b'"x"', "", "E_TYPE"),
    ],
)
def test_faults_have_pointers(client: Client, tree: bytes, pointer: str, code: str) -> None:
    answer = client.post("/v1/resolve", content=tree, headers=JSON)
    assert answer.status_code == 422
    found = [(e["pointer"], e["code"]) for e in answer.json()["errors"]]
    assert found == [(pointer, code)]


def test_all_faults_are_told_at_once(client: Client) -> None:
    answer = client.post(
        "/v1/resolve",
        json={"items": [changed(kind="x"), changed(identifiers=[{"type": "email", "value": 1}])]},
    )
    assert [e["pointer"] for e in answer.json()["errors"]] == [
        "/items/0/kind",
        "/items/1/identifiers/0/value",
    ]


def test_a_source_that_the_project_has_not(client: Client) -> None:
    wrong = {"type": "user", "value": "1042", "source": "shop"}
    answer = client.post("/v1/resolve", json={"items": [ANN, changed(identifiers=[wrong])]})
    assert answer.status_code == 422
    problem = answer.json()
    assert [e["pointer"] for e in problem["errors"]] == ["/items/1/identifiers/0"]
    assert "product" in problem["detail"]  # the sources that there are


def test_lenient_names_what_it_leaves_out(client: Client) -> None:
    odd = changed(colour="red", identifiers=[{**ANN["identifiers"][0], "verified": True}])
    strict = client.post("/v1/resolve", json={"items": [odd], "trace": 1})
    assert strict.status_code == 422
    lenient = client.post(
        "/v1/resolve", params={"mode": "lenient"}, json={"items": [odd], "trace": 1}
    )
    assert lenient.status_code == 200
    assert sorted(lenient.json()["ignored"]) == [
        "/items/0/colour",
        "/items/0/identifiers/0/verified",
        "/trace",
    ]
    plain = client.post("/v1/resolve", json={"items": [ANN]})
    assert lenient.json()["results"] == plain.json()["results"]
    assert plain.json()["ignored"] == []


def test_lenient_forgives_nothing_but_unknown_fields(client: Client) -> None:
    answer = client.post(
        "/v1/resolve", params={"mode": "lenient"}, json={"items": [changed(kind="x", colour="red")]}
    )
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/items/0/kind"]


def test_attributes_are_taken_and_named_as_unused(client: Client) -> None:
    answer = client.post("/v1/resolve", json={"items": [ANN, changed(attributes={"name": "Ann"})]})
    assert answer.status_code == 200
    assert answer.json()["ignored"] == ["/items/1/attributes"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-02T00:00:00Z",  # the service's clock stands at 2026-07-01
        "1994-12-31T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "2026-06-30T12:00:00",
        "2026-06-30T12:00:00+25:00",
        "2026-02-30T12:00:00Z",
        "1750000000",
        "yesterday",
        "",
    ],
)
def test_instants_that_are_none_or_nowhere(client: Client, text: str) -> None:
    answer = client.post("/v1/resolve", json={"items": [ANN, changed(as_of=text)]})
    assert answer.status_code == 400
    assert answer.json()["code"] == "E_AS_OF"
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/items/1/as_of"]


def test_a_clock_that_runs_a_little_ahead_is_forgiven(client: Client) -> None:
    (answer,) = client.resolve(changed(as_of="2026-07-01T10:00:30Z"))
    assert answer["as_of"] == "2026-07-01T10:00:30Z"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"  \n", 400),
        (b"{", 400),
        (b'{"items": [}', 400),
        (b'{"items": NaN}', 400),
        (b"\xff\xfe{\x00}\x00", 400),
        (b'{"items": "\xff"}', 400),
        (b'{"items": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"items":' * 100_000, 400),
    ],
)
def test_bodies_that_are_not_json(client: Client, content: bytes, status: int) -> None:
    for path in ("/v1/resolve", "/v1/lookup"):
        answer = client.post(path, content=content, headers=JSON)
        assert answer.status_code == status
        assert answer.json()["code"] == "E_REQUEST"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_bodies_of_another_media_type(client: Client, kind: str) -> None:
    answer = client.post("/v1/resolve", content=body(ANN), headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "E_MEDIA_TYPE")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_spelling(client: Client, kind: str) -> None:
    answer = client.post("/v1/resolve", content=body(ANN), headers={"content-type": kind})
    assert answer.status_code == 200


def test_a_body_over_the_limit_is_refused_with_the_limit(acme_graph: IdentityGraph) -> None:
    small = Client(create_app(acme_graph, Settings(max_body_bytes=2_000, clock=lambda: AS_OF_MS)))
    assert small.post("/v1/resolve", content=body(ANN), headers=JSON).status_code == 200
    for content in (body(*[ANN] * 50), b" " * 2_001):
        answer = small.post("/v1/resolve", content=content, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (413, "E_TOO_LARGE")
        assert "2,000 bytes" in answer.json()["detail"]


def test_a_body_over_the_limit_that_does_not_say_so(acme_graph: IdentityGraph) -> None:
    small = Client(create_app(acme_graph, Settings(max_body_bytes=2_000)))

    async def chunks() -> Any:
        for _ in range(30):
            yield b" " * 100

    answer = small.post("/v1/resolve", content=chunks(), headers=JSON)
    assert answer.status_code == 413


def test_packed_bodies(client: Client, acme_graph: IdentityGraph) -> None:
    packed = {**JSON, "content-encoding": "gzip"}
    plain = client.post("/v1/resolve", content=body(ANN), headers=JSON)
    answer = client.post("/v1/resolve", content=gzip.compress(body(ANN)), headers=packed)
    assert answer.json()["results"] == plain.json()["results"]
    small = Client(create_app(acme_graph, Settings(max_body_bytes=20_000)))
    bomb = gzip.compress(b" " * 10_000_000)
    assert len(bomb) < 20_000
    assert small.post("/v1/resolve", content=bomb, headers=packed).status_code == 413
    for broken in (b"not gzip", gzip.compress(body(ANN))[:-9]):
        assert client.post("/v1/resolve", content=broken, headers=packed).status_code == 400
    odd = {**JSON, "content-encoding": "br"}
    assert client.post("/v1/resolve", content=body(ANN), headers=odd).status_code == 415


@pytest.mark.parametrize(
    "query", ["mode=both", "mode=strict&mode=lenient", "colour=red", "mode=%ff"]
)
def test_parameters_are_strict_too(client: Client, query: str) -> None:
    answer = client.post(f"/v1/resolve?{query}", content=body(ANN), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "E_REQUEST")


def test_values_are_values_and_never_cypher(client: Client, acme_graph: IdentityGraph) -> None:
    before = acme_graph.store.read("store/size")
    hostile = [
        "'}) DETACH DELETE n //",
        "`) DETACH DELETE (n",
        "$ids",
        "\\u0027",
        "x' OR 1=1",
        "${jndi:ldap://x}",
        "{{7*7}}",
    ]
    items = [
        {"kind": kind, "identifiers": [{"type": name, "value": text}]}
        for text in hostile
        for kind in ("contact", "company", "event")
        for name in ("email", "user", "workspace", "identifier")
    ]
    answers = client.resolve(*items)
    assert {a["status"] for a in answers} <= {"new", "rejected"}
    assert acme_graph.store.read("store/size") == before


def test_a_hundred_items_are_taken(client: Client) -> None:
    assert len(client.resolve(*[item("contact", "email:a@nobody-knows.de")] * 100)) == 100
