"""Questions: what waits for a person, the most valuable first, its parts by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from identity.config import Config
from identity.errors import FixInput, NotFound
from identity.explain.text import short
from identity.resolve.reviews.model import QUESTIONS
from identity.reviewing.choices import Name, choices
from identity.reviewing.writing import waiting
from identity.store.base import Store

Row = Mapping[str, Any]
SHOWN = ("id", "question", "method", "name", "summary", "score", "composition")


def ranked(rows: Iterable[Row]) -> list[Row]:
    """Put questions in the order in which answers matter most.

    By value at risk; where that is equal, by how much hangs on the answer, then by certainty.
    """

    def rank(row: Row) -> tuple[float, float, float, str]:
        weight = QUESTIONS[row["question"]].weight
        return (-(row["value_minor"] or 0), -weight, -(row["score"] or 0.0), row["id"])

    return sorted(rows, key=rank)


def listed(store: Store, config: Config, *, kind: str | None, limit: int | None) -> dict[str, Any]:
    """List questions, ranked.

    Args:
        store: the graph.
        config: its configuration.
        kind: only questions of this kind.
        limit: at most so many; ``total`` says how many there are.

    Raises:
        FixInput: there is no such kind.
    """
    if kind is not None and kind not in QUESTIONS:
        raise FixInput(f"there is no question {kind!r}", fix=f"Questions: {', '.join(QUESTIONS)}.")
    rows = ranked(r for r in store.read("explain/reviews") if kind is None or r["question"] == kind)
    chosen = rows[:limit]
    named = parts_of(store, [s for row in chosen for s in row["subjects"]])
    told = waiting(store.read("explain/all_decisions"))
    return {
        "total": len(rows),
        "currency": config.attribution.currency.base,
        "reviews": [
            {
                **{n: row[n] for n in SHOWN},
                "value_minor": row["value_minor"] or 0,
                "parts": [named[s] for s in row["subjects"]],
                "waiting": answers_of(row, told),
            }
            for row in chosen
        ],
    }


def read(store: Store, review: str) -> dict[str, Any]:
    """Read a question; its candidates as plain data.

    Raises:
        NotFound: there is none of that id.
    """
    rows = store.read("explain/review", id=review)
    if not rows:
        raise NotFound(
            f"no question {review} waits",
            fix="It was answered, or its cause has gone: see 'identity reviews list'.",
        )
    return {**rows[0], "candidates": orjson.loads(rows[0]["candidates"] or "[]")}


def parts_of(store: Store, identifiers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Say by name what identifiers stand for now."""
    asked = sorted(set(identifiers))
    found = {i: {"identifier": i, "name": short(i), "entity": None, "kind": None} for i in asked}
    for plane in ("contacts", "companies"):
        rows = store.read(f"explain/resolved_{plane}", ids=asked)
        for row in sorted(rows, key=lambda r: r["until_ms"] is not None, reverse=True):
            found[row["identifier"]] |= {
                "name": row["name"] or short(row["identifier"]),
                "entity": row["entity"],
                "kind": row["kind"],
            }
    return found


def namer(store: Store, review: Mapping[str, Any]) -> Name:
    """Give what names the identifiers of a question: what they stand for, else themselves.

    An e-mail and a domain have no better name than themselves.
    """
    ends = [c.get(side) for c in review["candidates"] for side in ("left", "right")]
    parts = parts_of(store, [i for i in [*review["subjects"], *ends] if i is not None])

    def name(identifier: str) -> str:
        bare = identifier.startswith(("email:", "domain:", "phone:")) or identifier not in parts
        return short(identifier) if bare else str(parts[identifier]["name"])

    return name


def answers_of(review: Mapping[str, Any], decisions: Iterable[Row]) -> list[dict[str, Any]]:
    """Give the decisions that answer a question and wait for the next run."""
    candidates = review["candidates"]
    if isinstance(candidates, str):
        candidates = orjson.loads(candidates)
    possible = choices(review, candidates, str)
    said = {(a, frozenset((left, right))) for c in possible for a, left, right in c.decisions}
    return [
        {"decision": d["id"], "action": d["action"], "actor": d["actor"]}
        for d in decisions
        if (d["action"], frozenset((d["left"], d["right"]))) in said
    ]
