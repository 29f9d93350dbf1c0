"""The evidence that may not join, each pair once, with the constraint that keeps it out."""

from __future__ import annotations

import numpy as np
import polars as pl

from identity.resolve.batch.coding import UNKNOWN, Coded, Ints
from identity.resolve.batch.keys import Keys


def refused(coded: Coded, keys: Keys, labels: Ints, rows: Ints) -> pl.DataFrame:
    """Give the evidence between different clusters: src < dst, strength, constraint; sorted.

    ``rows`` of the evidence are looked at: all others join.
    """
    one, two = labels[coded.src[rows]], labels[coded.dst[rows]]
    between = one != two
    apart, one, two = rows[between], one[between], two[between]
    found = pl.DataFrame(
        {
            "src": coded.names.gather(pl.Series(coded.src[apart])),
            "dst": coded.names.gather(pl.Series(coded.dst[apart])),
            "strength": coded.strength[apart],
            "constraint": pl.Series(_constraints(one, two, labels, keys), dtype=pl.String),
        }
    )
    return (
        found.select(
            "strength",
            "constraint",
            src=pl.min_horizontal("src", "dst"),
            dst=pl.max_horizontal("src", "dst"),
        )
        .group_by("src", "dst")
        .agg(pl.col("strength").max(), pl.col("constraint").first())
        .sort("src", "dst")
    )


def _constraints(one: Ints, two: Ints, labels: Ints, keys: Keys) -> list[str]:
    """Name the first constraint that two final clusters violate: namespaces by name, then pairs."""
    count = int(labels.max(initial=-1)) + 1
    found = np.full(len(one), "cannot_link", dtype=object)
    undecided = np.ones(len(one), bool)
    for name, of in zip(keys.namespaces, keys.of, strict=True):
        held = np.full(count, UNKNOWN)
        codes = np.flatnonzero(of != UNKNOWN)
        held[labels[codes]] = of[codes]
        clash = (held[one] >= 0) & (held[two] >= 0) & (held[one] != held[two]) & undecided
        found[clash] = name
        undecided &= ~clash
    return [str(name) for name in found]
