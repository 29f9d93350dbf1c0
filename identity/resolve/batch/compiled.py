"""The two searches in compiled code (the extra ``fast``), as `graphs` and `kruskal` do them."""

from __future__ import annotations

import numpy as np

from identity.resolve.batch.coded import UNKNOWN, Codes
from identity.resolve.batch.native import call
from identity.resolve.kruskal import Constraints, Ints, cut_by_loop, needs_loop


def components(n: int, src: Codes, dst: Codes) -> Codes:
    """Label connected components of ``n`` vertices; labels are dense integers."""
    parent = np.arange(n, dtype=np.int32)
    call("join", parent, *map(np.ascontiguousarray, (src, dst)), len(src))
    return _labels(parent)


def partition(n: int, src: Codes, dst: Codes, constraints: Constraints) -> Ints:
    """Give each vertex the label of its cluster: anchors and pairs, as `kruskal.partition` does."""
    held = np.full((len(constraints.anchors), n), UNKNOWN, np.int32)
    for namespace, keys in enumerate(constraints.anchors):
        held[namespace] = keys
    parent = np.arange(n, dtype=np.int32)
    ends = map(np.ascontiguousarray, (src, dst))
    call("cut", parent, held, len(held), n, *ends, len(src))
    labels = _labels(parent).astype(np.int64)
    if not len(constraints.cannot_link):
        return labels
    component = components(n, src, dst)
    plain = needs_loop(component, src, constraints)
    if plain.any():
        cut_by_loop(labels, (src, dst), constraints, (plain, component), n)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _labels(parent: Codes) -> Codes:
    labels = np.empty(len(parent), np.int32)
    call("label", parent, labels, len(parent))
    return labels
