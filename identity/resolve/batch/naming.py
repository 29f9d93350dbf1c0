"""Call clusters by a name that lasts: the smallest anchor, else the smallest identifier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.resolve.batch.coded import UNKNOWN, Coded, Codes
from identity.resolve.kruskal import Bools, Vertices


@dataclass(frozen=True, slots=True)
class Named:
    """Some of the clusters: ``frame`` with identifier and canonical, and how many there are."""

    frame: pl.DataFrame
    clusters: int


def named(coded: Coded, labels: Codes, among: Bools, previous: Codes) -> Named:
    """Call clusters by a name.

    A previous name that is still a member stays, anchors first.

    Args:
        coded: the evidence.
        labels: of the cluster of each code.
        among: the codes of whole clusters that are to be named.
        previous: codes of previous names.
    """
    names = coded.names()
    is_anchor = np.zeros(len(labels), bool)
    is_anchor[coded.keys.anchors] = True
    chosen = np.full(int(labels.max(initial=-1)) + 1, UNKNOWN, np.int32)
    _elect(chosen, np.flatnonzero(is_anchor & among), labels, names)
    _elect(chosen, np.flatnonzero(among & (chosen[labels] == UNKNOWN)), labels, names)
    if len(previous):
        kept = np.full_like(chosen, UNKNOWN)
        codes = previous[among[previous]]
        _elect(kept, codes[is_anchor[codes]], labels, names)
        _elect(kept, codes[kept[labels[codes]] == UNKNOWN], labels, names)
        chosen = np.where(kept != UNKNOWN, kept, chosen)
    frame = pl.DataFrame(
        {
            "identifier": names.filter(pl.Series(among)),
            "canonical": names.gather(pl.Series(chosen[labels[among]])),
        }
    )
    return Named(frame, int(np.count_nonzero(chosen != UNKNOWN)))


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
