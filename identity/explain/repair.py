"""Repair: the smallest set of evidence that separates two parts of an entity.

A minimum cut of the evidence that joined them, each edge weighted by its strength, so that it is
the weakest reasons that go. Where no parts are named, the weakest cut of the whole entity is given.
What people then do about it is a decision; nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import networkx as nx

from identity.errors import FixInput
from identity.explain import lookup, neighbourhood
from identity.explain.why import Step, make_step
from identity.model.evidence import EvidenceClass
from identity.store.base import Store

CAPACITY = {
    EvidenceClass.DECIDED: 1_000,
    EvidenceClass.AUTHORITATIVE: 100,
    EvidenceClass.ASSERTED: 20,
    EvidenceClass.OBSERVED: 5,
    EvidenceClass.INFERRED: 3,
    EvidenceClass.WEAK: 1,
}
"""What it costs to cut evidence of a class; two of a class still cost less than one above."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A cut: the evidence to give up, and the two sides it leaves."""

    entity: Mapping[str, Any]
    cut: tuple[Step, ...]
    cost: int
    left: tuple[str, ...]
    right: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return {
            "entity": dict(self.entity),
            "cut": [{k: v for k, v in asdict(s).items() if v is not None} for s in self.cut],
            "cost": self.cost,
            "left": list(self.left),
            "right": list(self.right),
        }


def repair(
    store: Store, identity: str, left: str | None = None, right: str | None = None
) -> Repair:
    """Find the smallest cut between two members of an entity, or its weakest cut.

    Raises:
        FixInput: a part is no member of the entity, only one is named, or nothing can be cut.
    """
    entity = lookup.of_id(store, identity)
    members = list(entity.get("identifiers", ()))
    if (left is None) != (right is None):
        raise FixInput("name both parts, or none")
    for part in (left, right):
        if part is not None and part not in members:
            raise FixInput(f"{part} is no member of {identity}")
    if len(members) < 2:
        raise FixInput(f"{identity} holds a single identifier: there is nothing to separate")
    around = neighbourhood.read(store, members)
    graph = _weighted(around.evidence, around.refused, members)
    for one, two in around.joining().subgraph(members).edges:
        if not graph.has_edge(one, two):
            graph.add_edge(one, two, capacity=10**6, rows=[])
    if left is not None and right is not None:
        cost, (here, there) = nx.minimum_cut(graph, left, right)
    else:
        cost, (here, there) = nx.stoer_wagner(graph, weight="capacity")
    one, two = sorted((sorted(here), sorted(there)), key=lambda side: (-len(side), side))
    cut = [
        make_step(row, None, row["src"], row["dst"])
        for a, b, edge in graph.edges(data=True)
        if (a in set(one)) != (b in set(one))
        for row in edge["rows"]
    ]
    return Repair(entity, tuple(cut), int(cost), tuple(one), tuple(two))


def _weighted(
    evidence: list[Mapping[str, Any]],
    refused: Mapping[tuple[str, str, str], Mapping[str, Any]],
    members: list[str],
) -> nx.Graph[str]:
    inside = set(members)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(members)
    for row in evidence:
        one, two = row["src"], row["dst"]
        key = (one, two, row["key"])
        if row["withdrawn"] or key in refused or one not in inside or two not in inside:
            continue
        weight = CAPACITY[EvidenceClass[row["evidence_class"].upper()]]
        if graph.has_edge(one, two):
            graph.edges[one, two]["capacity"] += weight
            graph.edges[one, two]["rows"].append(row)
        else:
            graph.add_edge(one, two, capacity=weight, rows=[row])
    return graph
