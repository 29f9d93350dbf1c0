"""What the resolver's reference speaks of: everything known, what records say, what people decided.

The reference states the rules of identity once more, slowly: loops and sets, one function a rule.
It shares with the product only the vocabulary (kinds of identifiers, the table of evidence rules,
the lists of domains), so that a mistake must be made twice to go unseen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from identity.config import Config
from identity.model.evidence import EVIDENCE_RULES, EvidenceClass
from identity.model.facts import IncomingEdge, IncomingNode, Version
from identity.model.identifiers import Parsed, Plane, parse, plane_of
from identity.resolve.domains import Classifier

PERSONS = ("contact", "lead", "user")


@dataclass
class Known:
    """All that was ever read, whatever the order: the reference's only input besides the rules."""

    records: dict[str, tuple[str, str]] = field(default_factory=dict)
    versions: dict[str, dict[tuple[int, str], Version]] = field(default_factory=dict)
    events: dict[str, IncomingNode] = field(default_factory=dict)
    pairs: dict[tuple[str, str], list[IncomingEdge]] = field(default_factory=dict)
    decisions: dict[str, dict[str, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """An edge that somebody says holds: evidence where it has a rule, else a relation."""

    edge: str
    src: str
    dst: str
    rule: str
    source: str
    record: str
    first_seen_ms: int
    from_ms: int | None
    until_ms: int | None
    withdrawn: bool = False
    primary: bool = False
    last_seen_ms: int = 0

    @property
    def live(self) -> bool:
        return self.until_ms is None and not self.withdrawn

    def other(self, end: str) -> str:
        return self.dst if end == self.src else self.src


@dataclass(frozen=True)
class Rules:
    """The configuration at an instant."""

    config: Config
    as_of_ms: int

    @property
    def primary(self) -> str | None:
        return self.config.primary_crm

    @cached_property
    def classifier(self) -> Classifier:
        return Classifier(self.config.rules)

    def strength(self, said: Said) -> tuple[object, ...]:
        """R25: the total order, strongest first."""
        rule = EVIDENCE_RULES[said.rule]
        return (
            evidence_class(said, self.primary),
            not said.live,
            rule.priority,
            said.first_seen_ms,
            min(said.src, said.dst),
            max(said.src, said.dst),
            said.rule,
            said.source,
        )


def evidence_class(said: Said, primary: str | None) -> EvidenceClass:
    """R4: authoritative is what the primary CRM says."""
    rule = EVIDENCE_RULES[said.rule]
    return rule.primary if said.source == primary else rule.other


@dataclass
class Node:
    """An identifier, and what is known of the record it stands for."""

    id: str
    parsed: Parsed
    plane: Plane | None
    source: str | None = None
    object: str | None = None
    live: bool = False
    name: str | None = None
    active: bool = False
    exposed: bool = False

    @property
    def loaded(self) -> bool:
        return self.object is not None


def node(identifier: str) -> Node:
    return Node(identifier, parse(identifier), plane_of(identifier))


def host(identifier: str) -> str:
    """The host of an e-mail or of a domain."""
    return identifier.rpartition("@")[2] if "@" in identifier else identifier.partition(":")[2]


Span = tuple[int | None, int | None]


def intersect(one: Span, two: Span) -> Span | None:
    """Intervals are half open; null is without end."""
    start = max((s for s in (one[0], two[0]) if s is not None), default=None)
    end = min((e for e in (one[1], two[1]) if e is not None), default=None)
    if start is not None and end is not None and start >= end:
        return None
    return start, end


def united(spans: list[Span]) -> list[Span]:
    """Spans without overlap, in order; spans that touch are one."""
    result: list[Span] = []
    for start, end in sorted(spans, key=lambda s: (s[0] is not None, s[0] or 0)):
        if start is not None and end is not None and start >= end:
            continue
        if result:
            before, until = result[-1]
            if until is None or start is None or start <= until:
                longer = None if until is None or end is None else max(until, end)
                result[-1] = (before, longer)
                continue
        result.append((start, end))
    return result


def common(one: list[Span], two: list[Span]) -> list[Span]:
    return united([s for a in one for b in two if (s := intersect(a, b)) is not None])


def without(spans: list[Span], taken: list[Span]) -> list[Span]:
    """What of the spans is not in any of those taken."""
    free: list[Span] = []
    at: int | None = None
    open_start = True
    for start, end in united(taken):
        if start is not None:
            free.append((None if open_start else at, start))
        at, open_start = end, False
        if end is None:
            break
    else:
        free.append((None if open_start else at, None))
    return common(united(spans), free)
