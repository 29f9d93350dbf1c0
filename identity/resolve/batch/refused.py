"""The evidence that may not join, each pair once, with the constraint that keeps it out."""

from __future__ import annotations

import numpy as np
import polars as pl

from identity.resolve.batch.coded import UNKNOWN, Coded, Codes, Keys
from identity.resolve.kruskal import Ints


def refused(coded: Coded, labels: Codes, rows: Ints) -> pl.DataFrame:
    """Give the evidence between different clusters: src < dst, strength, constraint; sorted.

    ``rows`` of the evidence are looked at: all others join.
    """
    one, two = labels[coded.src[rows]], labels[coded.dst[rows]]
    between = one != two
    apart, one, two = rows[between], one[between], two[between]
    found = pl.DataFrame(
        {
            "src": coded.names().gather(pl.Series(coded.src[apart])),
            "dst": coded.names().gather(pl.Series(coded.dst[apart])),
            "strength": coded.strength[apart],
            "constraint": pl.Series(_constraints(one, two, labels, coded.keys), dtype=pl.String),
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


def _constraints(one: Codes, two: Codes, labels: Codes, keys: Keys) -> list[str]:
    """Name the first constraint that two final clusters violate: namespaces by name, then pairs."""
    count = int(labels.max(initial=-1)) + 1
    found = np.full(len(one), "cannot_link", dtype=object)
    undecided = np.ones(len(one), bool)
    for of in keys.namespaces:
        held = np.full(count, UNKNOWN)
        held[labels[of.codes]] = of.keys
        clash = (held[one] >= 0) & (held[two] >= 0) & (held[one] != held[two]) & undecided
        found[clash] = of.name
        undecided &= ~clash
    return [str(name) for name in found]
