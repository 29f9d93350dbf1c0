"""Anchors in numbers: which identifiers hold which key, by namespace."""

from __future__ import annotations

import numpy as np
import polars as pl

from identity.resolve.batch.coded import Codes, Keys, Namespace
from identity.resolve.batch.hashing import hashed


def keys(anchors: pl.DataFrame | None, anchored: Codes) -> Keys:
    """Read anchors (``identifier``, ``namespace``, ``key``), given the code of each row."""
    if anchors is None:
        return Keys(anchored, (), np.empty((0, 2), np.int32))
    first = anchored.copy()
    rows, least = _shared(anchors, anchored)
    first[rows] = least
    namespaces = []
    for name in anchors["namespace"].unique().sort():
        own = (anchors["namespace"] == name).to_numpy()
        namespaces.append(Namespace(str(name), anchored[own], first[own]))
    one = anchored != first
    return Keys(anchored, tuple(namespaces), np.stack([first[one], anchored[one]], axis=1))


def _shared(anchors: pl.DataFrame, anchored: Codes) -> tuple[Codes, Codes]:
    """Give the rows whose key others may hold too, and the smallest code of all that hold it.

    Most keys are held once, and to see that by a hash is cheap.
    """
    mark = hashed(anchors["namespace"], 0) ^ hashed(anchors["key"], 1)
    ranked = np.sort(mark.to_numpy())
    several = pl.Series(ranked[1:][ranked[1:] == ranked[:-1]])
    rows = mark.is_in(several.implode()).arg_true()
    alike = anchors[rows].select("namespace", "key", code=pl.Series(anchored[rows.to_numpy()]))
    least = alike.select(pl.col("code").min().over("namespace", "key"))["code"]
    return rows.to_numpy(), least.to_numpy()
