"""Questions that the shape of evidence raises: hubs, crowded contacts, single bridges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
import polars as pl

from identity.model.evidence import EvidenceClass
from identity.model.identifiers import Plane
from identity.resolve.codes import with_class
from identity.resolve.plane import OUTSIDE
from identity.resolve.reviews.model import Candidate, Item, item
from identity.resolve.reviews.sight import Sight

SMALLEST_HALF = 4
"""A dense half has this many identifiers, and a cycle: something besides the bridge holds it."""

LARGEST_CLUSTER = 5_000
"""Clusters above this are not searched for bridges; they are over every limit anyway."""

LISTED = 20
"""How many identifiers a question about a crowded entity names."""

WEAKNESS = {EvidenceClass.ASSERTED: 0.5, EvidenceClass.OBSERVED: 0.8, EvidenceClass.INFERRED: 1.0}
"""How doubtful a bridge is; what a person or the primary CRM says is none."""


def questions(sight: Sight) -> Iterator[Item]:
    """Ask all questions that the shape of evidence raises."""
    yield from _generic(sight)
    yield from _soft_limits(sight)
    yield from _weak_bridges(sight)


def _generic(sight: Sight) -> Iterator[Item]:
    """Ask about identifiers that stand at too many records: one item each (E38)."""
    rows = sight.solved.standing.frame.filter(pl.col("standing") == "generic").sort("code")
    seen: set[str] = set()
    for code, reason in rows.select("code", "reason").iter_rows():
        identifier = sight.id(code)
        kind, _, value = identifier.partition(":")
        if kind == "domain":
            value = sight.solved.units.of.get(value, value)
            if value in seen:
                continue
            seen.add(value)
        shareable = kind in ("domain", "email")
        yield item(
            "generic",
            [identifier],
            name=f"{value}: {reason}",
            summary=f"{value} stands at {reason} and says nothing about one of them.",
            candidates=[Candidate("mark_shared", identifier)] if shareable else [],
        )


def _soft_limits(sight: Sight) -> Iterator[Item]:
    """Ask about entities that hold more of a kind than is usual (R9); one item each."""
    rules, kinds = sight.setting.rules.limits, sight.setting.kinds
    soft = {"email": rules.email.soft, "anonymous": rules.anonymous.soft}
    for plane in Plane:
        declared = {
            name: kind.limits.soft
            for name, kind in kinds.items()
            if kind.plane == plane and kind.limits is not None
        }
        limits = {**soft, **declared} if plane is Plane.PERSON else declared
        yield from _crowded(sight, plane, limits)


def _crowded(sight: Sight, plane: Plane, limits: Mapping[str, int]) -> Iterator[Item]:
    nodes, cluster = sight.solved.nodes, sight.cluster(plane)
    over: dict[int, dict[str, int]] = {}
    for kind, soft in limits.items():
        codes = np.flatnonzero(nodes.mask(pl.col("kind") == kind) & (cluster != OUTSIDE))
        labels, counts = np.unique(cluster[codes], return_counts=True)
        chosen = counts > soft
        for label, count in zip(labels[chosen].tolist(), counts[chosen].tolist(), strict=True):
            over.setdefault(label, {})[kind] = count
    for label, held in sorted(over.items()):
        name, identifier = sight.caption(label), sight.id(label)
        said = " and ".join(f"{count} of kind {kind}" for kind, count in held.items())
        others = [i for i in sight.ids(sight.members(plane, label)) if i != identifier]
        yield item(
            "soft_limit",
            [identifier],
            name=f"{name}: {said}",
            summary=f"{name} holds {said}, which is more than is usual for one.",
            candidates=[Candidate("different", identifier, other) for other in others[:LISTED]],
        )


@dataclass(frozen=True, slots=True)
class _Bridge:
    """A bridge: its ends, how doubtful it is, and the members on the side of the first end."""

    a: int
    b: int
    weakness: float
    side: frozenset[int]
    other: int


def _weak_bridges(sight: Sight) -> Iterator[Item]:
    """Ask about single pieces of evidence that hold two dense halves together (E97)."""
    for plane in Plane:
        for rows in _dense_clusters(sight, plane):
            bridge = _weakest_bridge(sight, rows)
            if bridge is not None:
                yield _bridge_item(sight, plane, bridge)


def _joining(sight: Sight, plane: Plane) -> pl.DataFrame:
    """Give the pairs of identifiers of one cluster that evidence joins, strongest class first."""
    solved = sight.solved
    evidence = pl.concat([solved.evidence, solved.companies.derived]).filter(
        ~pl.col("withdrawn").fill_null(False)
    )
    rows = with_class(evidence, sight.setting.primary)
    a, b = solved.nodes.codes(rows["src"]), solved.nodes.codes(rows["dst"])
    cluster = sight.cluster(plane)
    leaf = solved.nodes.mask(pl.col("kind") == "anonymous")
    inside = (cluster[a] == cluster[b]) & (cluster[a] != OUTSIDE) & ~leaf[a] & ~leaf[b] & (a != b)
    pairs = rows.select(
        "evidence_class",
        low=pl.Series(np.minimum(a, b)),
        high=pl.Series(np.maximum(a, b)),
        label=pl.Series(cluster[a]),
    ).filter(pl.Series(inside))
    return pairs.group_by("label", "low", "high").agg(
        count=pl.len(), evidence_class=pl.col("evidence_class").min()
    )


def _dense_clusters(sight: Sight, plane: Plane) -> Iterator[pl.DataFrame]:
    """Give the pairs of each cluster that may hold two dense halves."""
    pairs = _joining(sight, plane)
    ends = pl.concat([pairs.select("label", v="low"), pairs.select("label", v="high")])
    sizes = ends.group_by("label").agg(vertices=pl.col("v").n_unique())
    dense = (
        pairs.group_by("label")
        .agg(edges=pl.len())
        .join(sizes, on="label")
        # each half has a cycle of its own: together at least one edge more than vertices
        .filter(
            (pl.col("vertices") >= 2 * SMALLEST_HALF)
            & (pl.col("vertices") <= LARGEST_CLUSTER)
            & (pl.col("edges") > pl.col("vertices"))
        )
    )
    chosen = pairs.join(dense.select("label"), on="label", how="semi").sort("label", "low", "high")
    for _, rows in chosen.group_by("label", maintain_order=True):
        yield rows


def _weakest_bridge(sight: Sight, rows: pl.DataFrame) -> _Bridge | None:
    """Find the most doubtful bridge between dense halves; of equals the one nearest the middle."""
    graph = nx.Graph()
    graph.add_edges_from(_between(sight, rows))
    single = {
        (low, high): WEAKNESS[EvidenceClass(strength)]
        for low, high, count, strength in rows.select(
            "low", "high", "count", "evidence_class"
        ).iter_rows()
        if count == 1 and EvidenceClass(strength) in WEAKNESS
    }
    best: tuple[tuple[float, int, int, int], _Bridge] | None = None
    for one, two in sorted(tuple(sorted(e)) for e in nx.bridges(graph)):
        weakness = single.get((one, two))
        if weakness is None or sight.answered(sight.id(one), sight.id(two)):
            continue
        graph.remove_edge(one, two)
        side = nx.node_connected_component(graph, one)
        far = nx.node_connected_component(graph, two)
        if _is_dense(graph, side) and _is_dense(graph, far):
            order = (-weakness, -min(len(side), len(far)), one, two)
            if best is None or order < best[0]:
                best = (order, _Bridge(one, two, weakness, frozenset(side), len(far)))
        graph.add_edge(one, two)
    return best[1] if best is not None else None


def _between(sight: Sight, rows: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Give the edges of a cluster; hosts of one unit hang together without evidence."""
    first: dict[str, int] = {}
    units = sight.solved.units.of
    for low, high in rows.select("low", "high").iter_rows():
        yield (low, high)
        for code in (low, high):
            identifier = sight.id(code)
            if identifier.startswith("domain:"):
                unit = units.get(identifier[7:], identifier[7:])
                anchor = first.setdefault(unit, code)
                if anchor != code:
                    yield (min(anchor, code), max(anchor, code))


def _is_dense(graph: nx.Graph, half: set[int]) -> bool:
    return len(half) >= SMALLEST_HALF and graph.subgraph(half).number_of_edges() >= len(half)


def _bridge_item(sight: Sight, plane: Plane, bridge: _Bridge) -> Item:
    one, two = sight.id(bridge.a), sight.id(bridge.b)
    label = int(sight.cluster(plane)[bridge.a])
    return item(
        "weak_bridge",
        [one, two],
        name=f"{sight.caption(label)}: {len(bridge.side)} + {bridge.other}",
        summary=(
            f"Only {one} and {two} hold {len(bridge.side)} and {bridge.other} identifiers of "
            f"{sight.caption(label)} together."
        ),
        candidates=[
            Candidate(action, one, two, "", {"halves": [len(bridge.side), bridge.other]})
            for action in ("same", "different")
        ],
        score=bridge.weakness,
    )
