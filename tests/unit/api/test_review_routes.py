"""GET /v1/reviews and one of them: what the facade says, as it is published."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from identity.graph import IdentityGraph
from tests.unit.api.conftest import Client


def schema(repo_root: Path, name: str) -> dict[str, object]:
    text = (repo_root / "docs" / "reference" / "schemas" / f"{name}.json").read_text()
    return dict(json.loads(text))


def test_the_list(repo_root: Path, client: Client, acme_graph: IdentityGraph) -> None:
    whole = client.get("/v1/reviews").json()
    jsonschema.validate(whole, schema(repo_root, "reviews-list"))
    assert whole == json.loads(json.dumps(acme_graph.reviews(limit=100)))
    assert whole["total"] == len(whole["reviews"]) > 2
    two = client.get("/v1/reviews", params={"limit": 2}).json()
    assert (two["total"], two["reviews"]) == (whole["total"], whole["reviews"][:2])
    kind = whole["reviews"][0]["question"]
    some = client.get("/v1/reviews", params={"kind": kind}).json()["reviews"]
    assert some == [r for r in whole["reviews"] if r["question"] == kind]


def test_one_question_with_its_evidence_and_answers(repo_root: Path, client: Client) -> None:
    row = client.get("/v1/reviews", params={"kind": "ambiguous_domain"}).json()["reviews"][0]
    found = client.get(f"/v1/reviews/{row['id']}").json()
    jsonschema.validate(found, schema(repo_root, "reviews-show"))
    assert {k: found[k] for k in row} == row
    assert {a["answer"] for a in found["answers"]} >= {"mark_shared", "unsure"}
    assert all(a["effects"] is None for a in found["answers"])
    assert [s["constraint"] for e in found["evidence"] for s in e["steps"] if "constraint" in s]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/reviews?kind=mergers", 400, "E_INPUT"),
        ("/v1/reviews?limit=0", 400, "E_REQUEST"),
        ("/v1/reviews?question=generic", 400, "E_REQUEST"),
        ("/v1/reviews/rev_0", 404, "E_NOT_FOUND"),
        ("/v1/reviews/rev_0?effects=true", 400, "E_REQUEST"),
    ],
)
def test_what_is_not_there(client: Client, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
