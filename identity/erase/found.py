"""What the graph holds of a person, as an erasure finds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from identity.erase.subject import Subject
from identity.model.suppression import Gone, left_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Carrier:
    """An event or a consent, with all that it carries as (relation, identifier)."""

    id: str
    at_ms: int | None
    nature: str
    source: str
    links: tuple[tuple[str, str], ...]

    @property
    def carried(self) -> tuple[str, ...]:
        """Give the identifiers that it carries."""
        return tuple(i for _, i in self.links)

    def acted(self) -> tuple[str, ...]:
        """Give the identifiers that acted."""
        return tuple(i for relation, i in self.links if relation == "BY")

    def left(self, gone: Gone) -> tuple[str, ...] | None:
        """Give what it still carries without the person; None where it goes."""
        return left_of(self.carried, gone, self.at_ms)


def carriers(rows: Iterable[Mapping[str, Any]], relation: str | None = None) -> list[Carrier]:
    """Gather rows of one identifier each into events or consents."""
    links: dict[str, list[tuple[str, str]]] = {}
    first: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        first.setdefault(row["id"], row)
        links.setdefault(row["id"], []).append((relation or row["relation"], row["identifier"]))
    return [
        Carrier(i, row["at_ms"], row.get("nature") or "", row.get("source") or "", tuple(links[i]))
        for i, row in first.items()
    ]


@dataclass(slots=True)
class Found:
    """All that an erasure has to do with.

    Events and consents are those that carry something of the person; ``alone`` are identifiers that
    nothing but the person's facts speaks of; ``stays`` are the others that those facts name, with
    their standing; ``near`` all that the resolver has to look at again. The rest are rows of
    queries of ``cypher/erase``.
    """

    subject: Subject
    events: list[Carrier] = field(default_factory=list)
    consents: list[Carrier] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    stays: dict[str, str | None] = field(default_factory=dict)
    near: set[str] = field(default_factory=set)
    lost_component: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    reviews: list[str] = field(default_factory=list)
    quarantine: list[str] = field(default_factory=list)
    flags: list[Row] = field(default_factory=list)
    known_flags: dict[str, Row] = field(default_factory=dict)
    pair_events: list[Row] = field(default_factory=list)
    pair_evidence: list[Row] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    said: list[Row] = field(default_factory=list)
    holding: dict[str, list[Row]] = field(default_factory=dict)
    memberships: int = 0

    @property
    def identifiers(self) -> set[str]:
        """Give all identifiers that go."""
        return {*self.subject.identifiers, *self.alone}

    def gone_events(self) -> list[str]:
        """Give the events that go."""
        return [e.id for e in self.events if e.left(self.subject.gone) is None]

    def gone_consents(self) -> list[str]:
        """Give the consents that go."""
        return [c.id for c in self.consents if c.left(self.subject.gone) is None]


def stars(event: Carrier, gone: Gone, rank: Mapping[str, int]) -> set[tuple[str, str]]:
    """Give the pairs of identifiers that stay, and that an event supports now or did before (R2).

    Args:
        event: an event that goes, or that loses what is of the person.
        gone: what is the person's.
        rank: the place of a kind among those that can be the centre of a star, by prefix.
    """
    before = _ranked(event.acted(), rank)
    left = [i for i in before if not gone.covers(i, event.at_ms)]
    found = set()
    for centre in {*before[:1], *left[:1]} & set(left):
        found |= {(centre, other) for other in left if other != centre}
    return found


def centre(carried: Iterable[str], rank: Mapping[str, int]) -> str | None:
    """Give the strongest identifier of those that acted in an event (R2)."""
    ranked = _ranked(carried, rank)
    return ranked[0] if ranked else None


def _ranked(carried: Iterable[str], rank: Mapping[str, int]) -> list[str]:
    known = [i for i in carried if i.partition(":")[0] in rank]
    return sorted(known, key=lambda i: (rank[i.partition(":")[0]], i))
