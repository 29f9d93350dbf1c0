"""The words of the schema: states, personal data, properties, labels, edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Which promise holds for a label, an edge or a property.

    Facts come from sources and people; what is derived can be made anew from facts and log; the log
    only grows. A guard belongs to the processes at work: it does not move with the graph.
    """

    FACT = "fact"
    DERIVED = "derived"
    LOG = "log"
    GUARD = "guard"


class Pii(StrEnum):
    """How personal a property is: it decides masking, erasure and export."""

    NONE = "none"
    PSEUDONYM = "pseudonym"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a node or an edge.

    ``kind`` is one of string, int, float, bool, datetime, list<string>. ``volatile`` properties are
    left out of digests and comparisons (run numbers, written-at times). ``state`` overrides the
    owner's.
    """

    name: str
    kind: str
    doc: str
    pii: Pii = Pii.NONE
    volatile: bool = False
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A node label. Primary labels own the uniqueness constraint on ``id``."""

    name: str
    state: State
    doc: str
    properties: tuple[Property, ...] = ()
    extends: str | None = None

    @property
    def primary(self) -> bool:
        """Say whether this label owns its nodes, rather than being added to another's."""
        return self.extends is None


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship type with its ends; ``key`` names the properties that tell parallels apart."""

    name: str
    start: tuple[str, ...]
    end: tuple[str, ...]
    state: State
    doc: str
    key: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """All labels and edges, by name, and the properties to index."""

    labels: dict[str, Label]
    edges: dict[str, Edge]
    indexes: tuple[tuple[str, str], ...] = field(default=())

    def primary_labels(self) -> list[str]:
        """Name the labels that own a uniqueness constraint on ``id``."""
        return [label.name for label in self.labels.values() if label.primary]

    def node_properties(self, label: str) -> dict[str, Property]:
        """Give all properties that nodes of a primary label may carry, added labels included."""
        owner = self.labels[label]
        found = {p.name: p for p in owner.properties}
        for other in self.labels.values():
            if other.extends == label:
                found.update({p.name: p for p in other.properties})
        return found


def prop(
    name: str,
    kind: str,
    doc: str,
    *,
    pii: Pii = Pii.NONE,
    volatile: bool = False,
    state: State | None = None,
) -> Property:
    """Declare a property."""
    return Property(name, kind, doc, pii, volatile, state)
