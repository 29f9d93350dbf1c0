"""How: the steps by which an entity came together, in the order the resolver takes them.

Each step names the evidence that joined two parts and what each part held. The evidence of the
steps alone reproduces the entity: they are the spanning tree of the strongest evidence, so the list
is also as short as it can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import networkx as nx

from identity.errors import NotFound
from identity.explain import lookup, neighbourhood
from identity.explain.neighbourhood import Neighbourhood
from identity.explain.why import Step, make_step
from identity.store.base import Store


@dataclass(frozen=True, slots=True)
class Merge:
    """A step: the reason, and what the two parts held before it."""

    number: int
    step: Step
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """How an entity came together.

    ``merges``: the steps; ``refused``: evidence that would have added more and was refused.
    """

    entity: Mapping[str, Any]
    merges: tuple[Merge, ...]
    refused: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return {
            "entity": dict(self.entity),
            "merges": [
                {
                    "number": m.number,
                    "left": list(m.left),
                    "right": list(m.right),
                    "step": {k: v for k, v in asdict(m.step).items() if v is not None},
                }
                for m in self.merges
            ],
            "refused": [
                {k: v for k, v in asdict(s).items() if v is not None} for s in self.refused
            ],
        }


def how(store: Store, identity: str) -> History:
    """Say how an entity came together.

    Raises:
        FixInput: not a canonical id.
        NotFound: there is no live entity of that id.
    """
    entity = lookup.of_id(store, identity)
    if entity["state"] != "live":
        raise NotFound(f"{identity} does not live any more", fix=f"See {entity.get('redirect')}.")
    members = list(entity["identifiers"])
    around = neighbourhood.read(store, members)
    return History(entity, _merges(around, members), _refused(around, set(members)))


def _merges(around: Neighbourhood, members: list[str]) -> tuple[Merge, ...]:
    inside = around.joining().subgraph(members).edges(data=True)
    # each edge as its evidence says it, in one order: a set of members has none
    edges = sorted(
        ((e["row"]["src"], e["row"]["dst"], e) for _, _, e in inside),
        key=lambda e: (e[2]["rank"], e[0], e[1]),
    )
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(edges)
    tree = nx.minimum_spanning_edges(graph, weight="rank", data=True)
    part = {m: frozenset([m]) for m in members}
    found: list[Merge] = []
    for _, _, edge in sorted(tree, key=lambda e: e[2]["rank"]):
        one, two = edge["row"]["src"], edge["row"]["dst"]
        found.append(
            Merge(
                len(found) + 1,
                make_step(edge["row"], None, one, two),
                tuple(sorted(part[one])),
                tuple(sorted(part[two])),
            )
        )
        union = part[one] | part[two]
        for member in union:
            part[member] = union
    return tuple(found)


def _refused(around: Neighbourhood, members: set[str]) -> tuple[Step, ...]:
    rows = {(r["src"], r["dst"], r["key"]): r for r in around.evidence}
    return tuple(
        make_step(rows[key], refusal, key[0], key[1])
        for key, refusal in sorted(around.refused.items())
        if key in rows and (key[0] in members or key[1] in members)
    )
