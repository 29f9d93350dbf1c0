"""What the graph knows of the identifiers of questions, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from identity.model.evidence import EVIDENCE_RULES, EvidenceClass

CONTACT, COMPANY = "con_", "com_"
"""How the ids of contacts and companies begin."""


@dataclass(frozen=True, slots=True)
class Span:
    """An entity that is meant, or a company that is worked at, for an interval."""

    entity: str
    from_ms: int | None = None
    until_ms: int | None = None

    def holds(self, at_ms: int) -> bool:
        """Say whether it is so at an instant."""
        begun = self.from_ms is None or self.from_ms <= at_ms
        return begun and (self.until_ms is None or at_ms < self.until_ms)


@dataclass(frozen=True, slots=True)
class Node:
    """An identifier of the graph and what it stands for."""

    id: str
    source: str | None = None
    record: bool = False
    deleted: bool = False
    standing: str | None = None
    reason: str | None = None
    spans: tuple[Span, ...] = ()

    def stands_for(self, prefix: str, at_ms: int) -> tuple[Span, ...]:
        """Give the entities of one plane that it stands for at an instant."""
        return tuple(s for s in self.spans if s.entity.startswith(prefix) and s.holds(at_ms))


@dataclass(frozen=True, slots=True)
class Link:
    """Evidence that joins an identifier to another one of the same entity."""

    other: str
    entity: str
    rule: str
    evidence_class: EvidenceClass
    method: str
    source: str
    first_seen_ms: int
    ended: bool

    @property
    def strength(self) -> tuple[int, bool, int, int]:
        """Give where it stands in the order of R25; the smallest is the strongest."""
        rule = EVIDENCE_RULES.get(self.rule)
        priority = rule.priority if rule is not None else 99
        return self.evidence_class, self.ended, priority, self.first_seen_ms


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership of a contact in a company."""

    span: Span
    via: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that was read for some questions.

    ``nodes`` by id; ``links`` by identifier; ``memberships`` by contact; ``hosts``: what the hosts
    that are matched by a domain stand for, by that domain, as (host's identifier, span).
    """

    nodes: Mapping[str, Node]
    links: Mapping[str, list[Link]] = field(default_factory=dict)
    memberships: Mapping[str, list[Membership]] = field(default_factory=dict)
    hosts: Mapping[str, list[tuple[str, Span]]] = field(default_factory=dict)

    def strongest(self, identifier: str, entity: str) -> Link | None:
        """Give the strongest evidence that joins an identifier to its entity."""
        fitting = [k for k in self.links.get(identifier, ()) if k.entity == entity]
        return min(fitting, key=lambda k: (k.strength, k.other), default=None)
