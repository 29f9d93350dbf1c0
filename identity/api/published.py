"""What is published: the OpenAPI document, and a JSON Schema of each answer that programs read.

``docs/reference`` holds a copy of each; tests hold the copies to these, and real answers to the
copies.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from typing import Any

from pydantic import BaseModel, TypeAdapter

import identity
from identity.api import answers
from identity.api.answers_explain import EXPLAINED
from identity.api.answers_keeping import KEPT
from identity.api.answers_reviews import REVIEWED
from identity.api.app import create_app
from identity.api.errors import all_errors, title
from identity.errors import NotFound

EXTRAS = ("identity.__main__", "identity.spark", "identity.mcp")
"""Modules that need what is not always installed, or run when imported; they have no errors."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"

ANSWERS: dict[str, Any] = {
    "change": answers.ChangeOut,
    "changes": answers.ChangesOut,
    "doctor": answers.DoctorOut,
    "lookup": answers.LookupIdentifierOut | answers.LookupIdOut,
    "problem": answers.ProblemOut,
    "resolve": answers.ResolveOut,
    "run": answers.RunOut,
    "why": answers.WhyOut,
    "why-not": answers.WhyOut,
    **EXPLAINED,
    **KEPT,
    **REVIEWED,
}
"""Answers by name: of ``identity NAME --output json``, and of the routes."""


ERRORS_HEAD = """# Errors

Every error has a stable code. Over HTTP it is a problem with this status (`http-api.md`); a command
ends with this exit code and writes `error CODE: …` to standard error. *Try again* says whether the
same call may succeed later, unchanged.
"""


def names() -> list[str]:
    """Name all that is published."""
    return ["openapi", "errors", *ANSWERS]


def describe(name: str) -> str:
    """Give the text of a published file.

    Raises:
        NotFound: nothing of that name is published.
    """
    if name == "openapi":
        return _text(create_app(".").openapi())  # a folder is opened when an application starts
    if name == "errors":
        return errors_table()
    if name not in ANSWERS:
        raise NotFound(f"there is no schema {name!r}", fix=f"Known: {', '.join(names())}.")
    found = TypeAdapter[BaseModel](ANSWERS[name]).json_schema()
    return _text({"$schema": DIALECT, "title": name, **found})


def errors_table() -> str:
    """Give all errors with status, exit code and whether to try again, as Markdown."""
    for module in pkgutil.walk_packages(identity.__path__, "identity."):
        if not module.name.startswith(EXTRAS):
            importlib.import_module(module.name)  # a class that nobody imported is not known
    lines = [
        ERRORS_HEAD,
        "| Code | Status | Exit code | Try again | Says |",
        "|---|---|---|---|---|",
    ]
    for kind in all_errors():
        again = "yes" if kind.retryable else "no"
        lines.append(
            f"| `{kind.code}` | {kind.http_status} | {kind.exit_code} | {again} | {title(kind)} |"
        )
    return "\n".join(lines) + "\n"


def _text(tree: dict[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"
