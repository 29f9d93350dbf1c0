"""What programs get is what is published: every expected answer against its JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from identity.api import published
from identity.graph import IdentityGraph
from tests.golden.conftest import AS_OF_MS

HERE = Path(__file__).parent
FILES = sorted((HERE / "expected").glob("*.json"))
EFFECTS = ("plan", "what-if")
"""Of a plan only the effects are kept: the rest are hashes of files."""


def hold(repo_root: Path, name: str, answer: Any) -> None:
    """Hold an answer to its committed schema, and to its model with no field besides."""
    path = repo_root / "docs" / "reference" / "schemas" / f"{name}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(answer, schema, cls=jsonschema.Draft202012Validator)
    TypeAdapter[Any](published.ANSWERS[name]).validate_python(answer, strict=True, extra="forbid")


def schema_of(stem: str) -> str:
    """Name the schema of an expected file: the longest name that its own begins with."""
    if stem.startswith(EFFECTS):
        return "what-if"
    return max((n for n in published.ANSWERS if stem.startswith(n)), key=len)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_an_expected_answer_is_what_is_published(repo_root: Path, path: Path) -> None:
    hold(repo_root, schema_of(path.stem), json.loads(path.read_text(encoding="utf-8")))


def test_every_explanation_is_among_them() -> None:
    assert {schema_of(p.stem) for p in FILES} >= {
        *("how", "repair", "what-if", "why"),
        *("decisions-add-preview", "decisions-extract", "decisions-revert"),
        *("reviews-answer", "reviews-list", "reviews-show"),
    }


def test_a_whole_plan(repo_root: Path, graph: IdentityGraph) -> None:
    hold(repo_root, "plan", json.loads(json.dumps(graph.plan(as_of_ms=AS_OF_MS + 1).as_dict())))


def test_why_not(repo_root: Path, graph: IdentityGraph) -> None:
    answer = graph.why_not("ann@northwind-glass.de", "bob@sundown-freight.com")
    hold(repo_root, "why-not", json.loads(json.dumps(answer.as_dict())))
