"""Neighbourhoods: the evidence around identifiers, read once and walked in memory.

Explanations look at whole components, because a reason may lead through any member of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from identity.model.evidence import EVIDENCE_RULES, EvidenceClass
from identity.store.base import Store

Row = Mapping[str, Any]
Strength = tuple[int, bool, int, int, str, str, str, str]


def strength(row: Row) -> Strength:
    """Give where evidence stands in the total order of R25; the smallest is the strongest."""
    rule = EVIDENCE_RULES.get(row["rule"])
    low, high = sorted((row["src"], row["dst"]))
    return (
        int(EvidenceClass[row["evidence_class"].upper()]),
        row["until_ms"] is not None,
        rule.priority if rule is not None else 99,
        row["first_seen_ms"] or 0,
        low,
        high,
        row["rule"],
        row["source"],
    )


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Identifiers with what they are and stand for, and all evidence between them.

    ``nodes``: id to row; ``evidence``: rows, strongest first, withdrawn ones last; ``refused``:
    (src, dst, key) to the row that says why; ``entity``: id to the entities it stands for.
    """

    nodes: dict[str, Row]
    evidence: list[Row]
    refused: dict[tuple[str, str, str], Row]
    entity: dict[str, list[Row]]

    def entities_of(self, identifier: str) -> list[Row]:
        """Give the entities an identifier stands for."""
        return self.entity.get(identifier, [])

    def joining(self) -> nx.Graph[str]:
        """Give the graph of evidence that merged its ends, each pair by its strongest reason.

        Hosts of one unit are joined by a step of their own: the resolver contracts them.
        """
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.nodes)
        for rank, row in enumerate(self.evidence):
            one, two = row["src"], row["dst"]
            if row["withdrawn"] or (one, two, row["key"]) in self.refused:
                continue
            if not self._together(one, two) or graph.has_edge(one, two):
                continue
            graph.add_edge(one, two, row=row, rank=rank)
        for one, two in self._contracted():
            if not graph.has_edge(one, two):
                step = {"src": one, "dst": two, "rule": "domain.one_unit"}
                graph.add_edge(one, two, row=step, rank=-1)
        return graph

    def _together(self, one: str, two: str) -> bool:
        here = {e["entity"] for e in self.entities_of(one)}
        there = {e["entity"] for e in self.entities_of(two)}
        return bool(here & there) or (not here and not there)

    def _contracted(self) -> Iterable[tuple[str, str]]:
        first: dict[str, str] = {}
        for identifier in sorted(self.nodes):
            if not identifier.startswith("domain:"):
                continue
            for entity in self.entities_of(identifier):
                base = f"{self.nodes[identifier]['base']}|{entity['entity']}"
                other = first.setdefault(base, identifier)
                if other != identifier:
                    yield other, identifier

    def everything(self) -> nx.Graph[str]:
        """Give the graph of all evidence, refused evidence included and marked."""
        graph = self.joining()
        for row in self.evidence:
            one, two = row["src"], row["dst"]
            refused = self.refused.get((one, two, row["key"]))
            if refused is not None and not row["withdrawn"] and not graph.has_edge(one, two):
                graph.add_edge(one, two, row=row, rank=10**9, refused=refused)
        return graph


def read(store: Store, identifiers: Iterable[str]) -> Neighbourhood:
    """Read the components of identifiers with everything that touches them."""
    asked = sorted(set(identifiers))
    known = store.read("explain/identifiers", ids=asked)
    components = sorted({r["component"] for r in known if r["component"] is not None})
    members = {r["id"] for r in store.read("explain/component", components=components)}
    ids = sorted(members | {r["id"] for r in known})
    evidence = _unique(
        [
            *store.read("explain/evidence_from", ids=ids),
            *store.read("explain/evidence_towards", ids=ids),
        ]
    )
    refused = _unique(
        [
            *store.read("explain/refused_from", ids=ids),
            *store.read("explain/refused_towards", ids=ids),
        ]
    )
    around = sorted({e for r in (*evidence, *refused) for e in (r["src"], r["dst"])} | set(ids))
    entity: dict[str, list[Row]] = {}
    for query in ("explain/resolved_contacts", "explain/resolved_companies"):
        for row in store.read(query, ids=around):
            entity.setdefault(row["identifier"], []).append(row)
    return Neighbourhood(
        nodes={r["id"]: r for r in store.read("explain/identifiers", ids=around)},
        evidence=sorted(evidence, key=lambda r: (r["withdrawn"], strength(r))),
        refused={(r["src"], r["dst"], r["key"]): r for r in refused},
        entity=entity,
    )


def _unique(rows: Iterable[Row]) -> list[Row]:
    found = {(r.get("edge"), r["src"], r["dst"], r["key"]): r for r in rows}
    return list(found.values())
