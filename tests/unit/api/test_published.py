"""What is published is current and valid, and real answers are what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from identity import pipeline
from identity.api import published
from identity.api.openapi import ROUTES
from identity.doctor import examine
from identity.graph import IdentityGraph
from identity.resolve.items.blocks import WORDS
from tests.unit.api.conftest import AS_OF_MS, Client, item

Planted = dict[str, list[list[str]]]


@pytest.fixture(scope="session")
def reference(repo_root: Path) -> Path:
    return repo_root / "docs" / "reference"


def hold(reference: Path, name: str, answer: Any) -> None:
    """Hold an answer to its committed schema, and to its model with no field besides."""
    plain = json.loads(json.dumps(answer))
    schema = json.loads((reference / "schemas" / f"{name}.json").read_text())
    jsonschema.validate(plain, schema, cls=jsonschema.Draft202012Validator)
    TypeAdapter[Any](published.ANSWERS[name]).validate_python(plain, strict=True, extra="forbid")


@pytest.mark.parametrize("name", sorted(published.ANSWERS))
def test_schemas_are_current_and_valid(reference: Path, name: str) -> None:
    text = (reference / "schemas" / f"{name}.json").read_text()
    assert text == published.describe(name), (
        f"identity schema {name} > docs/reference/schemas/{name}.json"
    )
    jsonschema.Draft202012Validator.check_schema(json.loads(text))


def test_no_schema_is_left_over(reference: Path) -> None:
    files = {p.stem for p in (reference / "schemas").iterdir()}
    assert files == set(published.ANSWERS)


def test_openapi_is_current_and_what_the_service_shows(reference: Path, client: Client) -> None:
    text = (reference / "openapi.json").read_text()
    assert text == published.describe("openapi"), (
        "identity schema openapi > docs/reference/openapi.json"
    )
    assert json.loads(text) == client.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_openapi_describes_every_route_and_resolves_every_reference(client: Client) -> None:
    document = client.get("/openapi.json").json()
    described = {(m.upper(), p) for p, m, _ in operations(document)}
    served = {
        (method, route.path)
        for route in client.app.routes
        for method in getattr(route, "methods", None) or ()
        if method != "HEAD" and route.path != "/openapi.json"
    }
    assert described == served == {(r.method, r.path) for r in ROUTES}
    names = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert names <= set(document["components"]["schemas"])
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_what_needs_the_key_says_so(client: Client) -> None:
    for path, _, operation in operations(client.get("/openapi.json").json()):
        needs = path.startswith(("/v1/resolve", "/v1/lookup", "/v1/changes", "/v1/reviews"))
        assert ("security" in operation) is needs, path
        assert ("401" in operation["responses"]) is needs, path


def test_real_answers_of_resolve(reference: Path, client: Client, planted: Planted) -> None:
    groups = [group for groups in planted.values() for group in groups]
    items = [item(k, *g[:3]) for g in groups for k in ("contact", "company", "event")]
    seen = set()
    for start in range(0, len(items), 100):
        answer = client.post("/v1/resolve", json={"items": items[start : start + 100]}).json()
        hold(reference, "resolve", answer)
        seen |= {a["status"] for a in answer["results"]}
    assert seen == {"matched", "ambiguous", "new", "rejected"}


def test_real_answers_of_lookup(
    reference: Path, acme_graph: IdentityGraph, planted: Planted
) -> None:
    known = {
        r["id"]
        for r in acme_graph.store.read(
            "explain/identifiers",
            ids=sorted({i for groups in planted.values() for g in groups for i in g}),
        )
    }
    answers = [acme_graph.lookup("identifier", i) for i in sorted(known)]
    entities = {e["id"] for a in answers for e in (*a["contacts"], *a["companies"])}
    answers += [acme_graph.lookup("id", e) for e in sorted(entities)]
    assert any("standing" in a for a in answers)
    assert any(a.get("entity") == "company" for a in answers)
    for answer in answers:
        hold(reference, "lookup", answer)


def test_real_answers_of_why(reference: Path, acme_graph: IdentityGraph, planted: Planted) -> None:
    together = set()
    cases = (
        "untidy_email",
        "duplicate_contacts",
        "address_claimed_twice",
        "two_accounts_one_domain",
    )
    for case in cases:
        left, right = planted[case][0][:2]
        answer = acme_graph.why(left, right).as_dict()
        together.add(answer["together"])
        hold(reference, "why", answer)
    assert together == {True, False}


def test_real_answers_of_changes(
    reference: Path, client: Client, acme_graph: IdentityGraph
) -> None:
    rows = acme_graph.changes(limit=100_000).rows
    assert {"created", "refused", "decided", "stage.reached"} <= {r["type"] for r in rows}
    for row in rows:
        hold(reference, "change", row)
    hold(reference, "changes", client.get("/v1/changes").json())
    names = set(json.loads((reference / "schemas/change.json").read_text())["properties"])
    assert all(set(row) == names for row in rows)


def test_real_answers_of_run(reference: Path, acme_project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "identity.yaml").write_text((acme_project / "identity.yaml").read_text())
    (folder / "data").symlink_to(acme_project / "data")
    with IdentityGraph.open(folder, store="embedded") as graph:
        first = pipeline.counts(graph.run(as_of_ms=AS_OF_MS))
        assert set(first) == {"ingest", "resolve", "journeys", "attribute"}
        hold(reference, "run", first)
        hold(reference, "run", pipeline.counts(graph.run(as_of_ms=AS_OF_MS)))
    report = examine(folder, now_ms=AS_OF_MS, store_kind="embedded")
    assert len({c.name for c in report.checks}) == len(report.checks)
    hold(reference, "doctor", report.as_dict())


def test_real_problems(reference: Path, client: Client) -> None:
    for answer in (
        client.get("/v1/nowhere"),
        client.post("/v1/resolve", json={"items": [{}]}),
        client.get("/v1/lookup?type=email&value=a@nobody-knows.de"),
    ):
        assert answer.status_code >= 400
        hold(reference, "problem", answer.json())


def test_the_page_names_every_route(reference: Path) -> None:
    page = (reference / "http-api.md").read_text()
    named = set(re.findall(r"^\| `(GET|POST|PUT|DELETE) (/[^`?]*)", page, re.MULTILINE))
    assert named == {(r.method, r.path) for r in ROUTES} | {("GET", "/openapi.json")}


def test_the_page_explains_every_block(reference: Path) -> None:
    page = (reference / "http-api.md").read_text()
    assert {w for w in WORDS if f"`.{w}`" not in page} == set()
