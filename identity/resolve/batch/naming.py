"""Call clusters by a name that lasts: the smallest anchor, else the smallest identifier."""

from __future__ import annotations

import numpy as np
import polars as pl

from identity.resolve.batch.coded import UNKNOWN, Coded, Codes
from identity.resolve.kruskal import Vertices


def canonical(coded: Coded, labels: Codes, previous: pl.DataFrame | None) -> Codes:
    """Give for each label the code that its cluster is called by.

    A previous name that is still a member stays, anchors first.
    """
    is_anchor = np.zeros(len(labels), bool)
    is_anchor[coded.keys.anchors] = True
    chosen = np.full(int(labels.max(initial=-1)) + 1, UNKNOWN, np.int32)
    _elect(chosen, np.flatnonzero(is_anchor), labels, coded.names)
    _elect(chosen, np.flatnonzero(chosen[labels] == UNKNOWN), labels, coded.names)
    if previous is None:
        return chosen
    codes = np.unique(coded.find(previous["canonical"].unique()))
    codes = codes[codes != UNKNOWN]
    kept = np.full_like(chosen, UNKNOWN)
    _elect(kept, codes[is_anchor[codes]], labels, coded.names)
    _elect(kept, codes[kept[labels[codes]] == UNKNOWN], labels, coded.names)
    return np.where(kept != UNKNOWN, kept, chosen)


def _elect(chosen: Codes, candidates: Vertices, labels: Codes, names: pl.Series) -> None:
    """Give each cluster the smallest of its candidates, by text; a single one needs no look."""
    own = labels[candidates]
    several = np.bincount(own, minlength=len(chosen)) > 1
    alone = ~several[own]
    chosen[own[alone]] = candidates[alone]
    rest = candidates[~alone]
    best = (
        pl.DataFrame({"label": labels[rest], "code": rest, "name": names.gather(pl.Series(rest))})
        .group_by("label")
        .agg(pl.col("code").get(pl.col("name").arg_min()))
    )
    chosen[best["label"].to_numpy()] = best["code"].to_numpy()
