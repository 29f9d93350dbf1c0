"""Anchors in numbers: which identifiers hold which key, by namespace."""

from __future__ import annotations

import numpy as np
import polars as pl

from identity.resolve.batch.coded import Codes, Keys, Namespace


def keys(anchors: pl.DataFrame | None, anchored: Codes) -> Keys:
    """Read anchors (``identifier``, ``namespace``, ``key``), given the code of each row."""
    if anchors is None:
        return Keys(anchored, (), np.empty((0, 2), np.int32))
    rows = anchors.select("namespace", "key", code=pl.Series(anchored)).with_columns(
        first=pl.col("code").min().over("namespace", "key")
    )
    namespaces = [
        Namespace(str(name), own["code"].to_numpy(), own["first"].to_numpy())
        for (name,), own in rows.partition_by("namespace", as_dict=True).items()
    ]
    shared = rows.filter(pl.col("code") != pl.col("first"))
    return Keys(
        anchored,
        tuple(sorted(namespaces, key=lambda one: one.name)),
        shared.select("first", "code").to_numpy(),
    )
