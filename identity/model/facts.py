"""Facts on their way from a source to the graph: what one row of a source says.

A *claim* is one thing that a version of a record says: that it carries an e-mail, that it works at
an account. A *version* is a record as one row showed it. A *history* is all versions that were
ever read; every edge that goes out from a record is a pure function of histories, so late, repeated
and out-of-order input gives the same edges as input in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Attributes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a record says.

    ``edge`` is the edge it makes, ``rule`` the evidence rule (empty for relations), ``to`` the
    identifier at the other end, ``at_ms`` the time the source gives for the claim itself (a
    conversion's date), if it gives one. ``reverse`` makes the edge point at the record.
    """

    edge: str
    rule: str
    to: str
    at_ms: int | None = None
    primary: bool | None = None
    role: str | None = None
    reverse: bool = False

    def as_list(self) -> list[Any]:
        """Give the compact form kept in a record's history."""
        row = [self.edge, self.rule, self.to, self.at_ms, self.primary, self.role, self.reverse]
        while row[-1] in (None, False):
            row.pop()
        return row


@dataclass(frozen=True, slots=True)
class Version:
    """A record as one row showed it; ``digest`` covers claims, attributes and flags."""

    at_ms: int
    digest: str
    run: int
    claims: tuple[Claim, ...]
    attributes: Attributes
    deleted: bool = False
    merged_into: str | None = None
    created_ms: int | None = None


@dataclass(slots=True)
class History:
    """All versions of a record that were ever read, in order of (time, digest)."""

    record: str
    source: str
    object: str
    versions: list[Version] = field(default_factory=list)

    @property
    def newest(self) -> Version:
        """Give the version that holds now."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class EdgeFact:
    """An edge that a record's history, or a set of events, makes."""

    edge: str
    src: str
    dst: str
    key: str
    rule: str
    source: str
    record: str
    observations: int
    first_seen_ms: int
    last_seen_ms: int
    from_ms: int | None
    until_ms: int | None
    withdrawn: bool
    primary: bool | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A dated value of a field of a record, from a history table of the source."""

    record: str
    field: str
    value: str
    at_ms: int
    extra: Attributes


@dataclass(frozen=True, slots=True)
class Origin:
    """The file and row that something was read from."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """A version of a record, as one row showed it."""

    record: str
    source: str
    object: str
    version: Version
    origin: Origin


@dataclass(frozen=True, slots=True)
class IncomingEdge:
    """A row of a table of pairs: a relation between two records.

    ``timed`` says that the source gave ``at_ms``; else it is the clock of the run that read it.
    """

    edge: str
    src: str
    dst: str
    key: str
    source: str
    record: str
    at_ms: int
    deleted: bool
    primary: bool | None
    role: str | None
    origin: Origin
    timed: bool = True


@dataclass(frozen=True, slots=True)
class IncomingNode:
    """A node that stands for one row: an event, a spend row, a decision, a consent.

    ``values`` are its properties; ``links`` are (edge, identifier) it hangs on.
    """

    id: str
    values: Attributes
    links: tuple[tuple[str, str], ...]
    origin: Origin


@dataclass(slots=True)
class Batch:
    """What was read, ready to be applied; each list in the order of the files."""

    records: list[IncomingRecord] = field(default_factory=list)
    values: list[tuple[FieldValue, Origin]] = field(default_factory=list)
    edges: list[IncomingEdge] = field(default_factory=list)
    events: list[IncomingNode] = field(default_factory=list)
    spend: list[IncomingNode] = field(default_factory=list)
    decisions: list[IncomingNode] = field(default_factory=list)
    consents: list[IncomingNode] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row or a field that cannot be used, and why."""

    code: str
    message: str
    fix: str
    source: str
    file: str
    row: int | None
    column: str | None
    scope: str
    masked: str
