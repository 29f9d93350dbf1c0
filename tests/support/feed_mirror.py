"""A copy of the entities of a graph that knows nothing but the rows of its change feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from identity.resolve.changes import VALUES
from identity.store.base import Store

PLANES = {"person": "contacts", "company": "companies"}


@dataclass
class Entity:
    """What a copy knows of a living entity."""

    identifiers: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)
    companies: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Mirror:
    """Living entities, where ended ids went, decisions and stages, by the feed alone."""

    entities: dict[str, Entity] = field(default_factory=dict)
    ended: dict[str, str | None] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    stages: set[str] = field(default_factory=set)
    seq: int = 0

    def apply(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Apply rows in their order; a gap between their numbers is an error."""
        for row in rows:
            assert row["seq"] == self.seq + 1, f"{row['seq']} follows {self.seq}"
            self.seq = row["seq"]
            before, after = (orjson.loads(row[n] or "null") for n in ("before", "after"))
            self._apply(row["change"], row["subject"], before or {}, after or {})

    def _apply(self, change: str, subject: str, before: Any, after: Any) -> None:
        match change:
            case "created" | "split":
                self.ended.pop(subject, None)
                self.entities[subject] = Entity(
                    set(after["identifiers"]), dict(after["values"]), after["companies"]
                )
            case "merged" | "retired" | "erased":
                self.entities.pop(subject, None)
                self.ended[subject] = after.get("into")
            case "identifier.added":
                self.entities[subject].identifiers.add(after["identifier"])
            case "identifier.removed":
                self.entities[subject].identifiers.remove(before["identifier"])
            case "membership.changed":
                assert self.entities[subject].companies == before["companies"]
                self.entities[subject].companies = after["companies"]
            case "value.changed" | "primary.changed" if "company" not in after:
                self._set(subject, before, after)
            case "decided":
                self.decisions[subject] = after["state"]
            case "stage.reached":
                self.stages.add(subject)

    def _set(self, subject: str, before: Any, after: Any) -> None:
        values = self.entities[subject].values
        assert {n: values.get(n) for n in before} == before
        values |= after
        for name in [n for n, value in values.items() if value is None]:
            del values[name]


def mirror_of(store: Store) -> Mirror:
    """Read from a graph what a copy of it must come to."""
    found = Mirror()
    for plane, plural in PLANES.items():
        names = [*VALUES[plane], *(["primary_email"] if plane == "person" else [])]
        for row in store.read(f"resolve/stored_{plural}"):
            if row["state"] == "live":
                values = {n: row[n] for n in names if row[n] is not None}
                found.entities[row["id"]] = Entity(values=values)
            else:
                found.ended[row["id"]] = row["merged_into"]
        for row in store.read(f"resolve/stored_resolves_to_{plural}"):
            if row["until_ms"] is None:
                found.entities[row["entity"]].identifiers.add(row["identifier"])
    names = ["company", "via", "primary", "from_ms", "until_ms"]
    rows = store.read("resolve/stored_memberships")
    for row in sorted(rows, key=lambda r: (r["company"], r["via"], r["from_ms"] or -(10**18))):
        found.entities[row["contact"]].companies.append({n: row[n] for n in names})
    found.decisions = {r["id"]: r["state"] for r in store.read("resolve/stored_decisions")}
    found.stages = {r["id"] for r in store.read("journey/stored_stages")}
    found.seq = len(store.read("explain/changes_after", seq=0))
    return found


def differing(one: Mirror, two: Mirror) -> list[str]:
    """Name what differs between two copies."""
    found = [
        f"{i}: {one.entities.get(i)} != {two.entities.get(i)}"
        for i in sorted(one.entities.keys() | two.entities.keys())
        if one.entities.get(i) != two.entities.get(i)
    ]
    for name in ("ended", "decisions", "stages", "seq"):
        if getattr(one, name) != getattr(two, name):
            found.append(f"{name}: {getattr(one, name)} != {getattr(two, name)}")
    return found
