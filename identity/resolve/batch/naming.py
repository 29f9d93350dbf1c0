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
    """Give each cluster the smallest of its candidates, by text.

    A race: each cluster takes one of them, those that are smaller than what their cluster took go
    on, until none does. Of a cluster with a single candidate no text is looked at.
    """
    while len(candidates):
        chosen[labels[candidates]] = candidates
        taken = chosen[labels[candidates]]
        other = taken != candidates
        candidates, taken = candidates[other], taken[other]
        smaller = names.gather(pl.Series(candidates)) < names.gather(pl.Series(taken))
        candidates = candidates[smaller.to_numpy()]
