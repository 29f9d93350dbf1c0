"""Two searches over numbered vertices, in array operations alone: no library that is slow to load.

Both contract the graph round by round, and after a round at most half of the vertices that had an
edge are left: the number of rounds grows with the logarithm of the number of vertices, whatever the
shape of the graph.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Narrow = npt.NDArray[np.int32]  # one process holds fewer than 2**31 identifiers


def components(n: int, src: Ints, dst: Ints) -> Ints:
    """Label connected components of ``n`` vertices; labels are dense, in the order of the smallest.

    Args:
        n: number of vertices, 0 to n - 1.
        src: one end of each edge.
        dst: the other end.
    """
    every = np.arange(n, dtype=np.int32)
    parent = every.copy()
    one, two = src.astype(np.int32), dst.astype(np.int32)
    while True:
        apart = one != two
        one, two = one[apart], two[apart]
        if not len(one):
            break
        # Roots alone are joined, and in a round all of them to smaller ones or all to larger ones:
        # no cycle can arise. A vertex with an edge has a smaller or a larger neighbour, so the way
        # that joins more of them joins half.
        low, high = np.minimum(one, two), np.maximum(one, two)
        joined, to = (high, low) if _several(high, n) >= _several(low, n) else (low, high)
        parent[joined] = to
        _shorten(parent, joined)
        one, two = parent[one], parent[two]
    _shorten(parent, every)
    smallest = np.empty(n, np.int32)
    smallest[parent[::-1]] = every[::-1]
    own = smallest[parent]
    labels: Ints = (np.cumsum(own == every) - 1)[own]
    return labels


def _several(vertices: Narrow, n: int) -> int:
    """Count different vertices."""
    seen = np.zeros(n, bool)
    seen[vertices] = True
    return int(np.count_nonzero(seen))


def _shorten(parent: Narrow, vertices: Narrow) -> None:
    """Let vertices point at their roots."""
    while len(vertices):
        above = parent[vertices]
        up = parent[above]
        further = up != above
        vertices = vertices[further]
        parent[vertices] = up[further]


def spanning_forest(n: int, src: Ints, dst: Ints) -> Ints:
    """Give the positions of the edges that Kruskal's algorithm takes (Borůvka's rounds).

    Args:
        n: number of vertices, 0 to n - 1.
        src: one end of each edge, best edge first.
        dst: the other end.
    """
    kept = [np.empty(0, np.int64)]
    left, one, two = np.arange(len(src)), src, dst
    while True:
        apart = one != two
        left, one, two = left[apart], one[apart], two[apart]
        if not len(left):
            return np.sort(np.concatenate(kept))
        best = np.minimum(_first(n, one, left), _first(n, two, left))
        chosen = np.unique(best[best < len(src)])
        kept.append(chosen)
        # each round goes on with one vertex for every tree so far
        at = np.searchsorted(left, chosen)
        label = components(n, one[at], two[at])
        one, two = label[one], label[two]
        n = int(label.max()) + 1


def _first(n: int, ends: Ints, positions: Ints) -> Ints:
    """Give each vertex the first position at which it stands, or the largest number."""
    found = np.full(n, np.iinfo(np.int64).max)
    # of several assignments to one place the last stays: going backwards, the first position
    found[ends[::-1]] = positions[::-1]
    return found
