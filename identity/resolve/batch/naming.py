"""Call clusters by a name that lasts: the smallest anchor, else the smallest identifier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.resolve.batch.coded import UNKNOWN, Coded, Codes


@dataclass(frozen=True, slots=True)
class Named:
    """Some of the clusters: ``frame`` with identifier and canonical, and how many there are."""

    frame: pl.DataFrame
    clusters: int


def named(coded: Coded, labels: Codes, members: Codes, previous: Codes) -> Named:
    """Call clusters by a name.

    A previous name that is still a member stays, anchors first.

    Args:
        coded: the evidence.
        labels: of the cluster of each code.
        members: the codes of all that are in the clusters to be named.
        previous: those of them that are previous names.
    """
    names = coded.names()
    is_anchor = np.zeros(len(labels), bool)
    is_anchor[coded.keys.anchors] = True
    own = labels[members]
    chosen = np.full(int(own.max(initial=-1)) + 1, UNKNOWN, np.int32)
    _elect(chosen, members[is_anchor[members]], labels, names)
    _elect(chosen, members[chosen[own] == UNKNOWN], labels, names)
    if len(previous):
        kept = np.full_like(chosen, UNKNOWN)
        _elect(kept, previous[is_anchor[previous]], labels, names)
        _elect(kept, previous[kept[labels[previous]] == UNKNOWN], labels, names)
        chosen = np.where(kept != UNKNOWN, kept, chosen)
    text = names.alias("text").to_frame()
    frame = text.select(  # side by side
        identifier=pl.col("text").gather(pl.lit(pl.Series(members))),
        canonical=pl.col("text").gather(pl.lit(pl.Series(chosen[own]))),
    )
    return Named(frame, int(np.count_nonzero(chosen != UNKNOWN)))


def _elect(chosen: Codes, candidates: Codes, labels: Codes, names: pl.Series) -> None:
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
