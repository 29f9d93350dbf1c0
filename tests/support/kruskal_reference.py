"""Constrained Kruskal, one edge at a time: slow, obvious, and what the fast path is held to."""

from __future__ import annotations

from collections.abc import Sequence


def clusters(
    n: int,
    edges: Sequence[tuple[int, int]],
    *,
    anchors: Sequence[dict[int, int]] = (),
    cannot_link: Sequence[tuple[int, int]] = (),
    unique: Sequence[set[int]] = (),
    limits: Sequence[tuple[dict[int, int], int]] = (),
    weak_from: int | None = None,
    firm: Sequence[tuple[set[int], int]] = (),
) -> list[frozenset[int]]:
    """Give the cluster of each vertex; ``edges`` come strongest first.

    ``firm`` are sets of which a cluster holds one, each with the position from which it binds.
    """
    cluster = [frozenset([v]) for v in range(n)]
    for position, (a, b) in enumerate(edges):
        union = cluster[a] | cluster[b]
        if cluster[a] == cluster[b]:
            continue
        if any(len({keys[v] for v in union if v in keys}) > 1 for keys in anchors):
            continue
        if any(x in union and y in union for x, y in cannot_link):
            continue
        if any(
            position >= start and cluster[a] & members and cluster[b] & members
            for members, start in firm
        ):
            continue
        if weak_from is not None and position >= weak_from:
            if any(cluster[a] & members and cluster[b] & members for members in unique):
                continue
            if any(sum(w.get(v, 0) for v in union) > limit for w, limit in limits):
                continue
        for v in union:
            cluster[v] = union
    return cluster
