"""Clusters of numbered evidence under constraints; text is looked at only where strengths tie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.resolve import graphs, kruskal
from identity.resolve.batch.coded import UNKNOWN, Coded, Codes, Keys, Namespace
from identity.resolve.kruskal import Bools, Constraints, Ints


@dataclass(frozen=True, slots=True)
class Engine:
    """The two searches: in array operations, or the same in compiled code."""

    components: Callable[[int, Codes, Codes], Codes] = graphs.components
    partition: Callable[[int, Codes, Codes, Constraints], Ints] = kruskal.partition


@dataclass(frozen=True, slots=True)
class Bound:
    """Where constraints may bind: components in which two keys or a banned pair could meet.

    ``component``: of each code, those that share a key joined, labels not dense; ``inside``: which
    codes lie in a bound one; ``count``: labels are smaller. All other components are clusters.
    """

    component: Codes
    inside: Bools
    count: int


def bind(coded: Coded, banned: Codes, engine: Engine) -> Bound:
    """Find the components that need an order of edges.

    Args:
        coded: the evidence.
        banned: pairs of codes that never share a cluster, shape (k, 2).
        engine: what searches.
    """
    component = _with_keys(coded.component(), coded.keys.one, engine)
    chosen = np.zeros(int(component.max(initial=-1)) + 1, bool)
    for of in coded.keys.namespaces:
        first = of.codes[of.codes == of.keys]
        chosen |= np.bincount(component[first], minlength=len(chosen)) > 1
    ends = component[banned]
    chosen[ends[ends[:, 0] == ends[:, 1], 0]] = True
    return Bound(component, chosen[component], len(chosen))


def cluster(coded: Coded, bound: Bound, banned: Codes, engine: Engine) -> tuple[Codes, Ints]:
    """Give each code the label of its cluster, and the rows of evidence that may be refused."""
    labels = bound.component.copy()
    members = np.flatnonzero(bound.inside)
    if not len(members):
        return labels, members
    rows = np.flatnonzero(bound.inside[coded.src])
    local, count = _contracted(members, coded.keys, len(labels), engine)
    src, dst = _ordered(coded, rows, local)
    inside = banned[bound.inside[banned].all(axis=1)]
    cut = engine.partition(
        count,
        src,
        dst,
        Constraints(
            anchors=[_per_vertex(of, local, count) for of in coded.keys.namespaces],
            cannot_link=local[inside].astype(np.int64),
        ),
    )
    labels[members] = cut[local[members]] + bound.count
    return labels, rows


def joined_by(pairs: Codes, engine: Engine) -> tuple[Codes, Codes]:
    """Give the numbers that pairs name, in order, and which of them the pairs join, by a label."""
    named, at = np.unique(pairs, return_inverse=True)
    ends = at.reshape(pairs.shape).astype(np.int32)
    return named, engine.components(len(named), ends[:, 0], ends[:, 1])


def _with_keys(component: Codes, one: Codes, engine: Engine) -> Codes:
    """Join the components of what shares a key; labels need not be dense after it."""
    old, joined = joined_by(component[one], engine)
    new = np.arange(int(component.max(initial=-1)) + 1, dtype=np.int32)
    new[old] = old[np.unique(joined, return_index=True)[1]][joined]
    return new[component]


def _contracted(members: Ints, keys: Keys, n: int, engine: Engine) -> tuple[Codes, int]:
    """Number the vertices of the bound components: what shares a key is one vertex."""
    local = np.full(n, UNKNOWN, np.int32)
    local[members] = np.arange(len(members), dtype=np.int32)
    one = local[keys.one]
    one = one[(one != UNKNOWN).all(axis=1)]
    if not len(one):
        return local, len(members)
    vertex = engine.components(len(members), one[:, 0], one[:, 1])
    local[members] = vertex
    return local, int(vertex.max()) + 1


def _per_vertex(of: Namespace, local: Codes, count: int) -> Ints:
    found = np.full(count, UNKNOWN)
    vertices = local[of.codes]
    vertices = vertices[vertices != UNKNOWN]
    # what shares a key is one vertex, so a vertex's own number is its key
    found[vertices] = vertices
    return found


def _ordered(coded: Coded, rows: Ints, local: Codes) -> tuple[Codes, Codes]:
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
            coded.names().gather(pl.Series(end[rows])).alias(name)
            for name, end in (("src", coded.src), ("dst", coded.dst))
        ]
    )
    return frame.with_columns(
        low=both.select(pl.min_horizontal("src", "dst")).to_series(),
        high=both.select(pl.max_horizontal("src", "dst")).to_series(),
    )
