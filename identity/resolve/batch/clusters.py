"""Clusters of numbered evidence under constraints; text is looked at only where strengths tie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.resolve import graphs, kruskal
from identity.resolve.batch.coding import UNKNOWN, Coded, Ints
from identity.resolve.batch.keys import Keys
from identity.resolve.kruskal import Constraints


@dataclass(frozen=True, slots=True)
class Engine:
    """The two searches: in array operations, or the same in compiled code."""

    components: Callable[[int, Ints, Ints], Ints] = graphs.components
    partition: Callable[[int, Ints, Ints, Constraints], Ints] = kruskal.partition


def cluster(
    coded: Coded, keys: Keys, banned: Ints, component: Ints, engine: Engine
) -> tuple[Ints, Ints]:
    """Give each code the label of its cluster, and the rows of evidence that may be refused.

    Args:
        coded: the evidence.
        keys: the anchors.
        banned: pairs of codes that never share a cluster, shape (k, 2).
        component: the connected component of each code, whatever the constraints.
        engine: what searches.
    """
    chosen = _bound(keys, banned, component)
    if not chosen.any():
        return component, np.empty(0, np.int64)
    rows = np.flatnonzero(chosen[component[coded.src]])
    members = np.flatnonzero(chosen[component])
    local, count = _contracted(members, keys, len(component), engine)
    src, dst = _ordered(coded, rows, local)
    inside = chosen[component[banned[:, 0]]] & chosen[component[banned[:, 1]]]
    cut = engine.partition(
        count,
        src,
        dst,
        Constraints(
            anchors=[_per_vertex(of, members, local, count) for of in keys.of],
            cannot_link=local[banned[inside]],
        ),
    )
    labels = component.copy()
    labels[members] = cut[local[members]] + len(chosen)
    return labels, rows


def _bound(keys: Keys, banned: Ints, component: Ints) -> np.ndarray:
    """Mark the components in which a constraint may bind: only they need an order of edges."""
    chosen = np.zeros(int(component.max(initial=-1)) + 1, bool)
    for of in keys.of:
        first = np.flatnonzero(of == np.arange(len(of)))
        chosen |= np.bincount(component[first], minlength=len(chosen)) > 1
    inside = component[banned[:, 0]] == component[banned[:, 1]]
    chosen[component[banned[inside, 0]]] = True
    return chosen


def _contracted(members: Ints, keys: Keys, n: int, engine: Engine) -> tuple[Ints, int]:
    """Number the vertices of the bound components: what shares a key is one vertex."""
    local = np.full(n, UNKNOWN)
    local[members] = np.arange(len(members))
    one = local[keys.one]
    one = one[(one != UNKNOWN).all(axis=1)]
    if not len(one):
        return local, len(members)
    vertex = engine.components(len(members), one[:, 0], one[:, 1])
    local[members] = vertex
    return local, int(vertex.max()) + 1


def _per_vertex(of: Ints, members: Ints, local: Ints, count: int) -> Ints:
    found = np.full(count, UNKNOWN)
    held = members[of[members] != UNKNOWN]
    # what shares a key is one vertex, so a vertex's own number is its key
    found[local[held]] = local[held]
    return found


def _ordered(coded: Coded, rows: Ints, local: Ints) -> tuple[Ints, Ints]:
    """Give the edges of chosen rows, strongest first, each pair once; ties by identifier text."""
    a, b = local[coded.src[rows]], local[coded.dst[rows]]
    keep = a != b
    kept = rows[keep]
    frame = pl.DataFrame(
        {"a": a[keep], "b": b[keep], "strength": coded.strength[kept], "row": kept}
    )
    if frame["strength"].is_duplicated().any():
        frame = _with_text_order(frame, coded)
    else:
        frame = frame.with_columns(low=pl.col("row"), high=pl.col("row"))
    ordered = frame.sort("strength", "low", "high", descending=[True, False, False])
    once = ordered.select(lo=pl.min_horizontal("a", "b"), hi=pl.max_horizontal("a", "b")).unique(
        keep="first", maintain_order=True
    )
    return once["lo"].to_numpy(), once["hi"].to_numpy()


def _with_text_order(frame: pl.DataFrame, coded: Coded) -> pl.DataFrame:
    """Add the text of both ends, the smaller one first: the tie-breakers of the contract."""
    rows = frame["row"].to_numpy()
    both = pl.DataFrame(
        [
            coded.names.gather(pl.Series(end[rows])).alias(name)
            for name, end in (("src", coded.src), ("dst", coded.dst))
        ]
    )
    return frame.with_columns(
        low=both.select(pl.min_horizontal("src", "dst")).to_series(),
        high=both.select(pl.max_horizontal("src", "dst")).to_series(),
    )
