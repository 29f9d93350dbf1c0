"""What is published: the OpenAPI document, and a JSON Schema of each answer that programs read.

``docs/reference`` holds a copy of each; tests hold the copies to these, and real answers to the
copies.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, TypeAdapter

from identity.api import answers
from identity.api.app import create_app
from identity.errors import NotFound

DIALECT = "https://json-schema.org/draft/2020-12/schema"

ANSWERS: dict[str, Any] = {
    "doctor": answers.DoctorOut,
    "lookup": answers.LookupIdentifierOut | answers.LookupIdOut,
    "problem": answers.ProblemOut,
    "resolve": answers.ResolveOut,
    "run": answers.RunOut,
    "why": answers.WhyOut,
}
"""Answers by name: of ``identity NAME --output json``, and of the routes."""


def names() -> list[str]:
    """Name all that is published."""
    return ["openapi", *ANSWERS]


def describe(name: str) -> str:
    """Give the text of a published file.

    Raises:
        NotFound: nothing of that name is published.
    """
    if name == "openapi":
        return _text(create_app(".").openapi())  # a folder is opened when an application starts
    if name not in ANSWERS:
        raise NotFound(f"there is no schema {name!r}", fix=f"Known: {', '.join(names())}.")
    found = TypeAdapter[BaseModel](ANSWERS[name]).json_schema()
    return _text({"$schema": DIALECT, "title": name, **found})


def _text(tree: dict[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"
