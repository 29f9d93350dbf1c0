"""Whatever is sent, the answer is one that is published, and never that the service broke."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.api.conftest import Client

EXAMPLES = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TYPES = st.sampled_from(
    "email domain phone user workspace anonymous contact lead account opportunity identifier id "
    "nonsense".split()
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NEAR = st.one_of(
    TEXT,
    st.builds("{}@{}".format, TEXT, st.sampled_from(["acme.com", "gmail.com", "x.y", ""])),
    st.builds("{}:{}".format, st.sampled_from(["crm", "email", "anon", "user", "x", "id"]), TEXT),
    st.sampled_from(
        ["con_", "com_x", "http://[", "xn--a.com", "ü.de", "a" * 2_000, "%00", "1e400"]
    ),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
IDENTIFIER = st.fixed_dictionaries(
    {"type": TYPES, "value": NEAR}, optional={"source": st.sampled_from(["product", "web", "no"])}
)
ITEM = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["contact", "company", "event", "person"]),
        "identifiers": st.lists(IDENTIFIER, min_size=1, max_size=4),
    },
    optional={"ref": TEXT, "as_of": st.datetimes().map(lambda d: f"{d.isoformat()}Z") | TEXT},
)
NEARLY_RIGHT = st.fixed_dictionaries({"items": st.lists(ITEM, min_size=1, max_size=4)})


@pytest.fixture(scope="module")
def schemas(repo_root: Path) -> dict[str, Any]:
    folder = repo_root / "docs" / "reference" / "schemas"
    return {path.stem: json.loads(path.read_text()) for path in folder.iterdir()}


def published(answer: httpx.Response, name: str, schemas: dict[str, Any]) -> None:
    assert answer.status_code < 500, answer.text
    chosen = schemas[name if answer.status_code == 200 else "problem"]
    jsonschema.validate(answer.json(), chosen, cls=jsonschema.Draft202012Validator)
    assert answer.headers["x-request-id"]


@EXAMPLES
@given(tree=NEARLY_RIGHT | JSON, mode=st.sampled_from(["strict", "lenient"]))
def test_resolve(client: Client, schemas: dict[str, Any], tree: Any, mode: str) -> None:
    answer = client.post(f"/v1/resolve?mode={mode}", json=tree)
    published(answer, "resolve", schemas)
    if answer.status_code == 200:
        results = answer.json()["results"]
        assert len(results) == len(tree["items"])
        for result in results:
            assert (result["status"] == "ambiguous") == bool(result["alternatives"])
            assert result["contact"] is None or result["status"] == "matched"
            assert result["status"] != "rejected" or result["blocked"]


@EXAMPLES
@given(tree=st.fixed_dictionaries({"type": TYPES, "value": NEAR}) | JSON)
def test_lookup(client: Client, schemas: dict[str, Any], tree: Any) -> None:
    published(client.post("/v1/lookup", json=tree), "lookup", schemas)


@EXAMPLES
@given(kind=TYPES, value=NEAR, raw=st.binary(max_size=20))
def test_lookup_by_url(
    client: Client, schemas: dict[str, Any], kind: str, value: str, raw: bytes
) -> None:
    published(client.get(f"/v1/lookup?type={kind}&value={quote(value)}"), "lookup", schemas)
    published(client.get(f"/v1/lookup?type={kind}&value={quote(raw)}"), "lookup", schemas)


@EXAMPLES
@given(content=st.binary(max_size=200), kind=TEXT)
def test_bodies_of_any_bytes(
    client: Client, schemas: dict[str, Any], content: bytes, kind: str
) -> None:
    for declared in ("application/json", kind.encode("ascii", "ignore").decode()):
        headers = {"content-type": "".join(c for c in declared if c.isprintable())}
        answer = client.post("/v1/resolve", content=content, headers=headers)
        published(answer, "resolve", schemas)
        assert answer.status_code >= 400
