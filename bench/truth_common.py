"""What all truth sets share: running a project, accepting suggestions, counting pairs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from identity.graph import IdentityGraph

AS_OF_MS = 1_767_225_600_000
ACCEPTED = 0.6
"""Suggestions from this score on are answered with `same`."""

Truth = Mapping[str, str]
"""Identifier of a record to its true entity."""

Pairs = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """Precision and recall over pairs of records."""

    what: str
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Give the harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What a set gives: its figures, and what is listed by title, such as misses."""

    name: str
    about: str
    records: int
    figures: Sequence[Figure]
    listed: Mapping[str, Sequence[str]] = field(default_factory=dict)


def default_data(environment: Mapping[str, str]) -> Path:
    """Give the folder of the public data sets."""
    beside = Path(__file__).parent.parent.parent / "shared" / "data"
    return Path(environment.get("IDENTITY_SHARED_DATA") or beside)


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")


def write_project(folder: Path, config: Mapping[str, Any]) -> None:
    """Write the configuration of a project."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "identity.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(dict(config), file)


def clusters(graph: IdentityGraph, truth: Truth) -> dict[str, str]:
    """Give the entity of each record; a record without one is one of its own."""
    found = {record: record for record in truth}
    for plural in ("contacts", "companies"):
        rows = graph.store.table(f"resolve/stored_resolves_to_{plural}")
        found |= {i: e for i, e in rows.select("identifier", "entity").iter_rows() if i in truth}
    return found


def labels(graph: IdentityGraph, truth: Truth) -> dict[str, str]:
    """Give the label of each record's entity: equal on any store that holds the same facts."""
    of = {}
    for plural in ("contacts", "companies"):
        rows = graph.store.read(f"resolve/stored_{plural}")
        of |= {r["id"]: r["label"] for r in rows if r["state"] == "live"}
    return {record: of.get(entity, "") for record, entity in clusters(graph, truth).items()}


def suggested(graph: IdentityGraph) -> list[dict[str, Any]]:
    """Give all suggested pairs: left, right, score, features."""
    found = []
    for review in graph.store.read("resolve/stored_reviews"):
        if review["method"] == "probabilistic":
            for answer in json.loads(review["candidates"]):
                found.append(
                    {
                        "left": answer["left"],
                        "right": answer["right"],
                        "question": review["question"],
                        **answer["grounds"],
                    }
                )
    return sorted(found, key=lambda s: (-s["score"], s["left"], s["right"]))


def accept(folder: Path, pairs: Iterable[Mapping[str, Any]]) -> None:
    """Write answers to suggestions where the project reads them."""
    rows = [{"left": p["left"], "right": p["right"]} for p in pairs if p["score"] >= ACCEPTED]
    write_rows(folder / "data" / "answers.jsonl", rows or [{"left": None, "right": None}])


ANSWERS = {
    "name": "answers",
    "system": "custom",
    "path": "data/answers.jsonl",
    "object": "decision",
    "identifiers": [
        {"kind": "identifier", "column": "left"},
        {"kind": "identifier", "column": "right"},
    ],
}


def joined(of: Mapping[str, str]) -> Pairs:
    """Give the pairs of records of one entity."""
    groups: dict[str, list[str]] = {}
    for record, entity in of.items():
        groups.setdefault(entity, []).append(record)
    return {p for g in groups.values() for p in combinations(sorted(g), 2)}


def figure(what: str, found: Pairs, true: Pairs) -> Figure:
    """Compare pairs."""
    right = len(found & true)
    return Figure(what, right / max(len(found), 1), right / max(len(true), 1))
