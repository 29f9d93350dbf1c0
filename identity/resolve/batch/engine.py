"""From evidence in numbers to clusters with names, and the evidence that was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.errors import FixInput
from identity.resolve.batch.clusters import Engine, bind, cluster, joined_by
from identity.resolve.batch.coded import UNKNOWN, Coded, Codes, Keys
from identity.resolve.batch.coding import code
from identity.resolve.batch.naming import Named, named
from identity.resolve.batch.refused import refused
from identity.resolve.kruskal import Bools


@dataclass(frozen=True, slots=True)
class Resolved:
    """Clusters of a batch.

    ``resolved``: identifier, canonical, in no particular order; ``refused``: src < dst, strength,
    constraint, sorted.
    """

    resolved: pl.DataFrame
    refused: pl.DataFrame
    edges: int
    clusters: int


@dataclass(frozen=True, slots=True)
class Resolving:
    """Clusters as they become known: ``clusters`` waits for each next share of them.

    Those that no constraint binds come first, and meanwhile the others are searched.
    """

    clusters: Iterator[Named]
    refused: Callable[[], pl.DataFrame]
    edges: int


def resolve_frames(
    evidence: pl.DataFrame,
    *,
    anchors: pl.DataFrame | None = None,
    cannot_link: pl.DataFrame | None = None,
    previous: pl.DataFrame | None = None,
) -> Resolved:
    """Resolve evidence; frames as `identity.resolve.batch` says.

    Raises:
        FixInput: a cannot-link pair inside one key.
    """
    return collected(resolve_coded(code(evidence, anchors), cannot_link, previous))


def collected(coming: Resolving) -> Resolved:
    """Wait for all of a result."""
    clusters = list(coming.clusters)
    return Resolved(
        pl.concat([share.frame for share in clusters]),
        coming.refused(),
        coming.edges,
        sum(share.clusters for share in clusters),
    )


def resolve_coded(
    coded: Coded,
    cannot_link: pl.DataFrame | None,
    previous: pl.DataFrame | None,
    engine: Engine | None = None,
) -> Resolving:
    """Resolve evidence that is in numbers; ``engine`` searches.

    Raises:
        FixInput: a cannot-link pair inside one key.
    """
    engine = engine or Engine()
    pairs = _pairs(cannot_link, coded)
    _refuse_inner_bans(pairs, cannot_link, coded.keys, engine)
    banned = pairs[(pairs != UNKNOWN).all(axis=1)]
    before = _known(previous, coded)
    bound = bind(coded, banned, engine)
    free = ~bound.inside
    pool = ThreadPoolExecutor(2, thread_name_prefix="clusters")
    cut = pool.submit(cluster, coded, bound, banned, engine)
    unbound = pool.submit(named, coded, bound.component, _codes(free), before[free[before]])
    apart = pool.submit(lambda: refused(coded, *cut.result()))
    pool.shutdown(wait=False)

    def clusters() -> Iterator[Named]:
        yield unbound.result()
        labels, _ = cut.result()
        yield named(coded, labels, _codes(bound.inside), before[bound.inside[before]])

    return Resolving(clusters(), apart.result, len(coded.src))


def _codes(chosen: Bools) -> Codes:
    return np.flatnonzero(chosen).astype(np.int32)


def _known(previous: pl.DataFrame | None, coded: Coded) -> Codes:
    """Give the codes of previous names that are still identifiers."""
    if previous is None:
        return np.empty(0, np.int32)
    codes = coded.find(previous["canonical"].unique())
    return np.unique(codes[codes != UNKNOWN])


def _pairs(cannot_link: pl.DataFrame | None, coded: Coded) -> Codes:
    """Give pairs in numbers, shape (k, 2)."""
    if cannot_link is None:
        return np.empty((0, 2), np.int32)
    return np.stack([coded.find(cannot_link[end]) for end in ("a", "b")], axis=1)


def _refuse_inner_bans(
    pairs: Codes, cannot_link: pl.DataFrame | None, held: Keys, engine: Engine
) -> None:
    """Refuse a pair that may not be linked although anchors of one key make it one."""
    if cannot_link is None:
        return
    shared, one = joined_by(held.one, engine)
    known = (pairs != UNKNOWN).all(axis=1)
    inner = known & (pairs[:, 0] == pairs[:, 1])
    keyed = np.flatnonzero(known & np.isin(pairs, shared).all(axis=1))
    key = one[np.searchsorted(shared, pairs[keyed])]
    inner[keyed] |= key[:, 0] == key[:, 1]
    if inner.any():
        a, b = cannot_link.row(int(np.flatnonzero(inner)[0]))
        raise FixInput(
            f"the pair {a!r}, {b!r} may not be linked, but both are of one key",
            fix="Remove the pair, or give them different keys.",
        )
