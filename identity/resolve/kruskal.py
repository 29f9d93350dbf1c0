"""Constrained Kruskal: the partition that a set of ordered evidence gives under constraints.

Take the edges strongest first; join two clusters unless the joined one would break a constraint.
A refused edge can never become allowed later, because constraints only grow as clusters grow. So
the refused edges are exactly those whose ends lie in different final clusters, and the partition
is a function of the *set* of edges and their order, not of how they arrived.

Most components break no constraint whatever the order, and their connected components are final.
Components with several anchors of one namespace are cut by one maximum spanning forest over all of
them: joining a virtual vertex to every anchor by edges stronger than all others and dropping it
again leaves exactly Kruskal's clusters. As those edges are always taken, the anchors are one vertex
from the beginning. The few components that are left take the plain loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from identity.resolve.graphs import components, spanning_forest

Ints = npt.NDArray[np.int64]
Vertices = npt.NDArray[np.signedinteger[Any]]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SoftUnique:
    """At most one distinct vertex of ``members`` per cluster (R9, E82).

    It binds the edges from ``binds_from`` on, a position in the edge order; None: weak edges only.
    """

    name: str
    members: Bools
    binds_from: int | None = None


@dataclass(frozen=True, slots=True)
class SoftLimit:
    """At most ``limit`` weight per cluster, for weak edges only (R9)."""

    name: str
    weights: Ints
    limit: int


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a cluster may not hold.

    ``anchors``: per namespace an array over vertices, the vertex's key or -1; two different keys of
    a namespace never share a cluster. ``cannot_link``: pairs of vertices, shape (k, 2). ``limits``
    and, where it does not say otherwise, ``unique`` bind only the edges from ``weak_from`` on (a
    position in the edge order).
    """

    anchors: Sequence[Ints] = ()
    cannot_link: Ints = field(default_factory=lambda: np.empty((0, 2), np.int64))
    unique: Sequence[SoftUnique] = ()
    limits: Sequence[SoftLimit] = ()
    weak_from: int | None = None

    def unique_from(self, position: int) -> list[int]:
        """Give where each unique constraint starts to bind; ``position`` stands for never."""
        weak = self.weak_from if self.weak_from is not None else position
        return [weak if rule.binds_from is None else rule.binds_from for rule in self.unique]


def partition(n: int, src: Vertices, dst: Vertices, constraints: Constraints) -> Ints:
    """Give each of ``n`` vertices the label of its cluster.

    Args:
        n: number of vertices, 0 to n - 1.
        src: one end of each edge, strongest edge first, no pair twice.
        dst: the other end.
        constraints: what a cluster may not hold.

    Returns:
        An array of dense labels: equal label, same cluster.
    """
    component = components(n, src, dst)
    several = _with_several_keys(component, constraints.anchors)
    plain = needs_loop(component, src, constraints)
    both = np.sum(several, axis=0) > 1 if several else np.zeros(len(plain), bool)
    plain |= both
    labels = component.astype(np.int64)
    offset = n
    for keys, conflicted in zip(constraints.anchors, several, strict=True):
        chosen = conflicted & ~plain
        if chosen.any():
            offset = _cut_by_forest(labels, (src, dst), keys >= 0, (chosen, component), offset)
    if plain.any():
        cut_by_loop(labels, (src, dst), constraints, (plain, component), offset)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _with_several_keys(component: Vertices, anchors: Sequence[Ints]) -> list[Bools]:
    count = int(component.max()) + 1 if len(component) else 0
    found = []
    for keys in anchors:
        held = keys >= 0
        low = np.full(count, np.iinfo(np.int64).max)
        high = np.full(count, -1)
        np.minimum.at(low, component[held], keys[held])
        np.maximum.at(high, component[held], keys[held])
        found.append(high > low)
    return found


def needs_loop(component: Vertices, src: Vertices, constraints: Constraints) -> Bools:
    """Mark components in which pairs, unique kinds, or limits on weak edges may bind."""
    count = int(component.max()) + 1 if len(component) else 0
    plain = np.zeros(count, bool)
    pairs = constraints.cannot_link
    if len(pairs):
        inside = component[pairs[:, 0]] == component[pairs[:, 1]]
        plain[component[pairs[inside, 0]]] = True
    starts = constraints.unique_from(len(src))
    for rule, start in zip(constraints.unique, starts, strict=True):
        bound = _reached(component, src[start:], count)
        plain |= bound & (np.bincount(component[rule.members], minlength=count) > 1)
    if constraints.weak_from is not None:
        weak = _reached(component, src[constraints.weak_from :], count)
        for limit in constraints.limits:
            total = np.bincount(component, weights=limit.weights, minlength=count)
            plain |= weak & (total > limit.limit)
    return plain


def _reached(component: Vertices, ends: Vertices, count: int) -> Bools:
    found = np.zeros(count, bool)
    found[component[ends]] = True
    return found


def _cut_by_forest(
    labels: Ints,
    edges: tuple[Vertices, Vertices],
    anchored: Bools,
    scope: tuple[Bools, Vertices],
    offset: int,
) -> int:
    """Cut the chosen components by one spanning forest; write fresh labels from ``offset`` on."""
    chosen, component = scope
    src, dst = edges
    inside = chosen[component]
    vertices = np.flatnonzero(inside)
    local = np.full(len(component), -1)
    local[vertices] = np.arange(len(vertices))
    use = np.flatnonzero(inside[src])
    a, b = local[src[use]], local[dst[use]]
    contracted = np.arange(len(vertices))
    contracted[local[np.flatnonzero(anchored & inside)]] = len(vertices)
    kept = spanning_forest(len(vertices) + 1, contracted[a], contracted[b])
    labels[vertices] = components(len(vertices), a[kept], b[kept]) + offset
    return offset + len(vertices)


@dataclass(slots=True)
class _Cluster:
    members: list[int]
    keys: dict[int, int]
    banned: set[int]
    unique: list[int]
    totals: list[int]


def cut_by_loop(
    labels: Ints,
    edges: tuple[Vertices, Vertices],
    constraints: Constraints,
    scope: tuple[Bools, Vertices],
    offset: int,
) -> None:
    """Cut the chosen components one edge at a time, joining small clusters to large ones."""
    chosen, component = scope
    src, dst = edges
    inside = chosen[component]
    of = _single(np.flatnonzero(inside), constraints)
    for a, b in constraints.cannot_link.tolist():
        if a in of and b in of:
            of[a].banned.add(b)
            of[b].banned.add(a)
    use = np.flatnonzero(inside[src])
    weak_from = constraints.weak_from if constraints.weak_from is not None else len(src)
    limits = [limit.limit for limit in constraints.limits]
    starts = constraints.unique_from(len(src))
    for position, a, b in zip(use.tolist(), src[use].tolist(), dst[use].tolist(), strict=True):
        one, two = of[a], of[b]
        if one is two or not _allowed(one, two, of):
            continue
        if not _distinct(one, two, starts, position):
            continue
        if position >= weak_from and not _within(one, two, limits):
            continue
        if len(one.members) < len(two.members):
            one, two = two, one
        _absorb(one, two)
        for member in two.members:
            of[member] = one
    for vertex, cluster in of.items():
        labels[vertex] = offset + cluster.members[0]


def _single(vertices: Ints, constraints: Constraints) -> dict[int, _Cluster]:
    """Give each vertex a cluster of its own."""
    keys = [of[vertices].tolist() for of in constraints.anchors]
    unique = [rule.members[vertices].tolist() for rule in constraints.unique]
    totals = [limit.weights[vertices].tolist() for limit in constraints.limits]
    return {
        vertex: _Cluster(
            [vertex],
            {namespace: of[i] for namespace, of in enumerate(keys) if of[i] >= 0},
            set(),
            [int(held[i]) for held in unique],
            [of[i] for of in totals],
        )
        for i, vertex in enumerate(vertices.tolist())
    }


def _allowed(one: _Cluster, two: _Cluster, of: dict[int, _Cluster]) -> bool:
    if any(two.keys.get(namespace, key) != key for namespace, key in one.keys.items()):
        return False
    if len(one.banned) > len(two.banned):
        one, two = two, one
    return not any(of[other] is two for other in one.banned)


def _distinct(one: _Cluster, two: _Cluster, starts: list[int], position: int) -> bool:
    held = zip(one.unique, two.unique, starts, strict=True)
    return not any(a and b and position >= start for a, b, start in held)


def _within(one: _Cluster, two: _Cluster, limits: list[int]) -> bool:
    sums = zip(one.totals, two.totals, limits, strict=True)
    return all(a + b <= limit for a, b, limit in sums)


def _absorb(one: _Cluster, two: _Cluster) -> None:
    one.members.extend(two.members)
    one.keys.update(two.keys)
    one.banned |= two.banned
    one.unique = [a + b for a, b in zip(one.unique, two.unique, strict=True)]
    one.totals = [a + b for a, b in zip(one.totals, two.totals, strict=True)]
