"""What a graph says, in the words of the published cases: read back with named queries only."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from identity.explain.lookup import of_id
from identity.model.instants import iso
from identity.resolve.reviews.model import QUESTIONS
from tests.support.cases_names import to_name
from tests.support.cases_project import Project
from tests.support.cases_tables import TABLES

Row = dict[str, Any]
GUESSES = {q.name for q in QUESTIONS.values() if q.method == "probabilistic"}


@dataclass(slots=True)
class Entity:
    """A live contact or company: its id, what it holds (with bounds, if any), its values."""

    id: str
    holds: list[str] = field(default_factory=list)
    values: Row = field(default_factory=dict)


def held(name: str, from_ms: int | None, until_ms: int | None) -> str:
    """Write an identifier with the time in which it is held."""
    return name + "".join(
        f" {word} {shown(at)}"
        for word, at in (("from", from_ms), ("until", until_ms))
        if at is not None
    )


def shown(at_ms: int | None) -> str | None:
    """Write an instant as the cases do: a date where it is midnight."""
    return None if at_ms is None else iso(at_ms).removesuffix("T00:00:00Z")


def entities(project: Project, plural: str) -> dict[str, Entity]:
    """Read the live contacts or companies by id."""
    found = {
        row["id"]: Entity(row["id"], values=row)
        for row in project.read(f"resolve/stored_{plural}")
        if row["state"] == "live"
    }
    for row in project.read(f"resolve/stored_resolves_to_{plural}"):
        name = held(to_name(row["identifier"]), row["from_ms"], row["until_ms"])
        found[row["entity"]].holds.append(name)
    for entity in found.values():
        entity.holds.sort()
        at = entity.values["primary_crm_id"]
        entity.values["account"] = to_name(at) if at else None
    return found


def standing(project: Project) -> dict[str, str]:
    """Read which identifiers stand alone, by state."""
    rows = project.read("resolve/stored_identifiers")
    return {to_name(r["id"]): r["standing"] for r in rows if r["standing"] is not None}


def classes(project: Project) -> dict[str, str]:
    """Read the classes of domains."""
    rows = project.read("resolve/stored_identifiers")
    return {r["id"][7:]: r["domain_class"] for r in rows if r["domain_class"] is not None}


def refused(project: Project) -> list[str]:
    """Read the refused evidence: both ends and the reason, each once."""
    rows = project.read("resolve/stored_refused")
    found = {(*sorted((to_name(r["src"]), to_name(r["dst"]))), r["constraint"]) for r in rows}
    return sorted(refusal(*parts) for parts in found)


def refusal(one: str, two: str, because: str) -> str:
    """Write a refusal so that it can be compared."""
    low, high = sorted((one, two))
    return f"{low} | {high}: {because}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits: its subjects, and the entities that they stand for."""

    question: str
    subjects: frozenset[str]
    about: frozenset[str]

    @property
    def guess(self) -> bool:
        """Say whether it is a guess."""
        return self.question in GUESSES

    def __str__(self) -> str:
        return f"{self.question} of {', '.join(sorted(self.subjects))}"


def reviews(project: Project) -> list[Asked]:
    """Read the questions that wait."""
    entity: dict[str, str] = {}
    for plural in ("contacts", "companies"):
        for row in project.read(f"resolve/stored_resolves_to_{plural}"):
            entity[row["identifier"]] = row["entity"]
    return [
        Asked(
            r["question"],
            frozenset(map(to_name, r["subjects"])),
            frozenset(entity[s] for s in r["subjects"] if s in entity),
        )
        for r in project.read("resolve/stored_reviews")
    ]


def ranked(project: Project) -> dict[str, list[str]]:
    """Read the accounts that are proposed for ambiguous domains, best first."""
    rows = project.read("resolve/stored_reviews")
    return {
        next(s for s in r["subjects"] if s.startswith("domain:"))[7:]: [
            to_name(c["left"]) for c in orjson.loads(r["candidates"]) if c["action"] == "fix_source"
        ]
        for r in rows
        if r["question"] == "ambiguous_domain"
    }


def memberships(project: Project) -> list[Row]:
    """Read the memberships, with ids."""
    return [
        {
            "contact": r["contact"],
            "company": r["company"],
            "via": r["via"],
            "primary": bool(r["primary"]),
            "from": shown(r["from_ms"]),
            "until": shown(r["until_ms"]),
        }
        for r in project.read("resolve/stored_memberships")
    ]


def evidence(project: Project) -> dict[str, list[Row]]:
    """Read the evidence by its two ends: state, when first seen, until when."""
    found: dict[str, list[Row]] = {}
    for row in project.read("export/evidence"):
        pair = " | ".join(sorted((to_name(row["src"]), to_name(row["dst"]))))
        state = "live" if row["until_ms"] is None else "ended"
        found.setdefault(pair, []).append(
            {
                "state": "withdrawn" if row["withdrawn"] else state,
                "first_seen": shown(row["first_seen_ms"]),
                "until": shown(row["until_ms"]),
            }
        )
    return found


def changes(project: Project) -> Counter[str]:
    """Count the rows of the change feed since the last step, by kind of entity and of change."""
    counts: Counter[str] = Counter()
    for row in project.read("explain/changes_after", seq=project.seen_changes):
        kind = {"con": "contact ", "com": "company "}.get(row["subject"].partition("_")[0], "")
        counts[f"{kind}{row['change']}"] += 1
    return counts


def last_change(project: Project) -> int:
    """Give the number of the newest row of the change feed."""
    rows = project.read("explain/changes_after", seq=0)
    return max((row["seq"] for row in rows), default=0)


def activity(project: Project, kind: str, identity: str) -> list[str]:
    """Read the events that count for a contact or a company."""
    sessions = {r["id"] for r in project.read(f"explain/{kind}_sessions", id=identity)}
    rows = project.read("journey/stored_session_events")
    return sorted({event(r["event"]) for r in rows if r["session"] in sessions})


def carried(project: Project, identifier: str) -> list[str]:
    """Read the events that carry an identifier."""
    rows = [
        *project.read("journey/event_identifiers_by"),
        *project.read("journey/event_identifiers_towards"),
    ]
    return sorted(event(r["event_id"]) for r in rows if r["identifier"] == identifier)


def event(identity: str) -> str:
    """Give the id that a case calls an event by."""
    return identity.split(":", 2)[2]


def decisions(project: Project) -> dict[str, str]:
    """Read what became of decisions."""
    found = {}
    for row in project.graph.decisions():
        values = [i.partition(":")[2] for i in (row["left"], row["right"] or "")]
        made = row["id"].startswith("dec_")
        found[" -> ".join(values) if made else row["id"]] = row["state"]
    return found


def lint(project: Project) -> dict[str, int]:
    """Read what the check of decisions finds: how many of them each finding names."""
    return {f.code: len(f.where) for f in project.graph.lint_decisions()}


def set_aside(project: Project) -> list[str]:
    """Read what the door did not take: the source, and the object and field of the case's rows."""
    return sorted(_aside(project, r) for r in project.read("export/quarantine"))


def _aside(project: Project, row: Row) -> str:
    stem = re.sub(r"_\d+$", "", Path(row["file"]).stem)
    system = project.systems[row["source"]]
    kind, table = next((k, t) for (s, k), t in TABLES.items() if s == system and t.stem == stem)
    fields = [f for f, column in table.columns.items() if column.name == row["column"]]
    return aside(row["source"], kind, fields[0] if row["scope"] == "field" else None)


def aside(source: str, kind: str, field: str | None) -> str:
    """Write something set aside so that it can be compared."""
    return f"{source} {kind} {field or 'row'}"


def hierarchy(project: Project) -> list[str]:
    """Read which accounts are parents of which, and since when."""
    return [
        parenthood(to_name(r["src"]), to_name(r["dst"]), shown(r["from_ms"]), shown(r["until_ms"]))
        for r in project.read("resolve/relations")
        if r["edge"] == "PARENT_OF" and not r["withdrawn"]
    ]


def parenthood(parent: str, child: str, from_: str | None, until: str | None) -> str:
    """Write a relation so that it can be compared."""
    return f"{parent} > {child} from {from_} until {until}"


def nobody(project: Project) -> set[str]:
    """Read which identifiers stand for nobody at any time."""
    known = {r["id"] for r in project.read("resolve/stored_identifiers")}
    for plural in ("contacts", "companies"):
        rows = project.read(f"resolve/stored_resolves_to_{plural}")
        known -= {r["identifier"] for r in rows}
    return {to_name(i) for i in known}


def identifiers(project: Project) -> set[str]:
    """Read all identifiers that the graph knows."""
    return {to_name(r["id"]) for r in project.read("resolve/stored_identifiers")}


def origins(project: Project) -> dict[str, str]:
    """Read whom entities were split from, the last time that they were."""
    rows = project.read("explain/changes_after", seq=0)
    return {r["subject"]: orjson.loads(r["after"])["from"] for r in rows if r["change"] == "split"}


def redirect(project: Project, identity: str) -> list[str]:
    """Look a retired id up: its successors, the preferred one first."""
    found = of_id(project.store, identity)
    return [identity] if found["state"] == "live" else list(found["successors"])
