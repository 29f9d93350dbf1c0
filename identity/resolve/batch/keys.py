"""Anchors in numbers: the key of each identifier, by namespace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.resolve.batch.coding import UNKNOWN, Coded, Ints


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that identifiers hold.

    ``anchors``: codes of all anchors; ``namespaces``: by name; ``of``: per namespace the key of
    each code, said by the first code that has it, or ``UNKNOWN``; ``one``: pairs of codes, shape
    (k, 2), that share a key and so are one.
    """

    anchors: Ints
    namespaces: tuple[str, ...]
    of: tuple[Ints, ...]
    one: Ints


def keys(anchors: pl.DataFrame | None, coded: Coded) -> Keys:
    """Read anchors: ``identifier``, ``namespace``, ``key``."""
    if anchors is None:
        return Keys(np.empty(0, np.int64), (), (), np.empty((0, 2), np.int64))
    rows = anchors.select("namespace", "key", code=pl.Series(coded.anchored)).with_columns(
        first=pl.col("code").min().over("namespace", "key")
    )
    names = tuple(sorted(rows["namespace"].unique().to_list()))
    of = []
    for name in names:
        own = rows.filter(pl.col("namespace") == name)
        key = np.full(len(coded), UNKNOWN)
        key[own["code"].to_numpy()] = own["first"].to_numpy()
        of.append(key)
    shared = rows.filter(pl.col("code") != pl.col("first"))
    return Keys(coded.anchored, names, tuple(of), shared.select("first", "code").to_numpy())
