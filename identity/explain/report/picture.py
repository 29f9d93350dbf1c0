"""The picture: one merged company with its people, and the evidence that made them.

Boxes are entities, circles are identifiers, lines are evidence. The company is chosen by a rule:
records of several sources, some evidence refused for a reason that teaches something, few enough
people to be seen at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from identity.explain import neighbourhood
from identity.explain.neighbourhood import Neighbourhood
from identity.explain.why import CONSTRAINTS
from identity.model.evidence import EVIDENCE_RULES
from identity.model.identifiers import parse
from identity.model.instants import iso
from identity.store.base import Store

Row = Mapping[str, Any]

TELLING = (
    "cannot_link",
    "anchor",
    "ambiguous",
    "decision",
    "primary_crm",
    "user_id",
    "limit",
    "shared_mailbox",
    "shared",
    "generic",
    "blocked",
)
"""Constraints, first the one whose refusal says most about how the resolver thinks."""

ROOM = (4, 9)
"""A picture shows at least and at most so many contacts well."""

KINDS = ("crm", "email", "domain", "phone", "workspace", "user", "anonymous")
"""The order of identifiers in a box: what evidence joins most often lies side by side."""

MOST_CONTACTS = 9
MOST_READ = 60
MOST_OUTSIDE = 8


@dataclass(frozen=True, slots=True)
class Dot:
    """An identifier, or a box around those of one entity (``parent`` is None, ``box`` true)."""

    id: str
    name: str
    kind: str
    parent: str | None = None
    box: bool = False
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Evidence between two identifiers, membership, or evidence that was refused."""

    src: str
    dst: str
    kind: str
    caption: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A company, the contacts shown of all it has, and what to draw."""

    company: str
    name: str
    systems: int
    contacts: int
    shown: int
    dots: tuple[Dot, ...] = ()
    lines: tuple[Line, ...] = ()


def choose(companies: Iterable[Row]) -> Row | None:
    """Choose the company to draw, by the rule of this module; None where there is none."""

    def order(row: Row) -> tuple[Any, ...]:
        told = [TELLING.index(c) for c in row["refused"] if c in TELLING]
        fits = ROOM[0] <= row["contacts"] <= ROOM[1]
        rank = min(told, default=len(TELLING))
        return (not told, not fits, rank, -row["systems"], -len(told), row["label"])

    return min(companies, key=order, default=None)


def read_picture(store: Store) -> Picture | None:
    """Read the picture of the company that the rule chooses.

    None where no company has records of several sources.
    """
    chosen = choose(store.read("explain/report_companies"))
    if chosen is None:
        return None
    company = chosen["company"]
    (row,) = store.read("explain/company", id=company)
    held = store.read("explain/company_members", id=company)
    people = _people(store.read("explain/report_people", company=company))[:MOST_READ]
    inside = [m["identifier"] for m in held]
    around = neighbourhood.read(store, [*inside, *(m for box in people for m in box.members)])
    shown = _worth_showing(people, around)
    name = row["name"] or row["label"]
    boxes = [_Box(company, name, "company", (("Company", name), ("Kind", row["kind"])), inside)]
    return Picture(
        company=company,
        name=name,
        systems=chosen["systems"],
        contacts=chosen["contacts"],
        shown=len(shown),
        dots=tuple(_dots([*boxes, *shown], around)),
        lines=tuple(_lines([*boxes, *shown], around)),
    )


@dataclass(frozen=True, slots=True)
class _Box:
    id: str
    name: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    members: list[str]
    via: str = ""


def _people(rows: Iterable[Row]) -> list[_Box]:
    found: dict[str, _Box] = {}
    for row in rows:
        name = row["name"] or "(no name)"
        facts = (("Contact", name), ("Job title", row["job_title"] or "–"))
        box = found.setdefault(
            row["contact"], _Box(row["contact"], name, "contact", facts, [], row["via"])
        )
        box.members.append(row["identifier"])
    return list(found.values())


def _worth_showing(people: list[_Box], around: Neighbourhood) -> list[_Box]:
    """Give the contacts with refused evidence first, then those that hold the most."""
    touched = {end for src, dst, _ in around.refused for end in (src, dst)}

    def order(box: _Box) -> tuple[Any, ...]:
        return (touched.isdisjoint(box.members), -len(box.members), box.name, box.id)

    return sorted(people, key=order)[:MOST_CONTACTS]


def _dots(boxes: list[_Box], around: Neighbourhood) -> Iterator[Dot]:
    for box in boxes:
        yield Dot(box.id, box.name, box.kind, box=True, facts=box.facts)
        for member in sorted(box.members, key=lambda m: _row(m, around)):
            yield _dot(member, box.id, around)
    inside = {member for box in boxes for member in box.members}
    for identifier in _outside(inside, around):
        yield _dot(identifier, None, around)


def _row(identifier: str, around: Neighbourhood) -> tuple[int, str]:
    kind = around.nodes[identifier]["kind"]
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), identifier)


def _outside(inside: set[str], around: Neighbourhood) -> list[str]:
    """Give what evidence would have joined to the company or its people, had it been allowed."""
    far = {
        other
        for src, dst, _ in around.refused
        for one, other in ((src, dst), (dst, src))
        if one in inside and other not in inside
    }
    return sorted(far)[:MOST_OUTSIDE]


def _dot(identifier: str, parent: str | None, around: Neighbourhood) -> Dot:
    row = around.nodes[identifier]
    facts: list[tuple[str, str]] = [("Identifier", identifier)]
    if row["source"]:
        facts.append(("Record of", row["source"]))
    if row["standing"]:
        facts.append(("Stands alone", f"{row['standing']}: {row['standing_reason']}"))
    others = [e["name"] or e["label"] for e in around.entities_of(identifier) if parent is None]
    if others:
        facts.append(("Stands for", ", ".join(others)))
    return Dot(identifier, caption(identifier), row["kind"] or "other", parent, facts=tuple(facts))


def caption(identifier: str) -> str:
    """Write an identifier so that it fits beside a circle."""
    try:
        parsed = parse(identifier)
    except ValueError:
        return identifier
    if parsed.kind == "crm":
        return f"{parsed.scope} {parsed.crm_object}"
    if parsed.kind == "anonymous":
        return f"visitor {parsed.value[:6]}"
    if parsed.kind in ("user", "workspace"):
        return f"{parsed.kind} {parsed.value[:12]}"
    return parsed.value


def _lines(boxes: list[_Box], around: Neighbourhood) -> Iterator[Line]:
    inside = {member for box in boxes for member in box.members}
    known = inside | set(_outside(inside, around))
    for box in boxes[1:]:
        yield Line(box.id, boxes[0].id, "member", "belongs to", (("Member by", box.via),))
    for (src, dst, _), row in sorted(around.refused.items()):
        if {src, dst} <= known and not inside.isdisjoint((src, dst)):
            constraint = str(row["constraint"])
            facts = [("Refused", CONSTRAINTS.get(constraint, constraint))]
            facts += [("Constraint", constraint), *_reason(row)]
            yield Line(src, dst, "refused", constraint, tuple(facts))
    seen: set[frozenset[str]] = set()
    for row in around.evidence:
        pair = frozenset((row["src"], row["dst"]))
        refused = (row["src"], row["dst"], row["key"]) in around.refused
        if refused or row["withdrawn"] or not pair <= inside or pair in seen:
            continue
        seen.add(pair)
        kind = "ended" if row["until_ms"] is not None else "same"
        yield Line(row["src"], row["dst"], kind, row["rule"], tuple(_reason(row)))


def _reason(row: Row) -> Iterator[tuple[str, str]]:
    """Give the facts of a piece of evidence; what a row does not carry is left out."""
    rule = EVIDENCE_RULES.get(row["rule"])
    yield "Rule", row["rule"]
    if rule is not None:
        yield "Says", rule.doc
    if row.get("evidence_class"):
        yield "Class", f"{row['evidence_class']}, {row['method']}"
    yield "Source", row["source"]
    if row.get("record"):
        yield "Record", row["record"]
    if (row.get("observations") or 0) > 1:
        yield "Seen", f"{row['observations']} times"
    for key, label in (("first_seen_ms", "Since"), ("until_ms", "Ended")):
        if row.get(key) is not None:
            yield label, iso(row[key])[:10]
