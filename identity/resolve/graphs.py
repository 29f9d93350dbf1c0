"""Two searches over numbered vertices, in array operations alone: no library that is slow to load.

Both contract the graph round by round, and after a round at most half of the vertices that had an
edge are left: the number of rounds grows with the logarithm of the number of vertices, whatever the
shape of the graph.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
# Vertices are numbers of 64 or of 32 bits: half as wide, they are looked up nearly twice as fast.
Vertex = TypeVar("Vertex", bound="np.signedinteger[Any]")
Found = TypeVar("Found")

_LONG = 1 << 20


def components(n: int, src: npt.NDArray[Vertex], dst: npt.NDArray[Vertex]) -> npt.NDArray[Vertex]:
    """Label connected components of ``n`` vertices; labels are dense, in the order of the smallest.

    Args:
        n: number of vertices, 0 to n - 1.
        src: one end of each edge.
        dst: the other end.
    """
    parent = np.arange(n, dtype=src.dtype)
    one, two = src, dst
    while True:
        apart = one != two
        one, two = _side_by_side(partial(np.compress, apart), one, two)
        if not len(one):
            break
        # Roots alone are joined, and in a round all of them to smaller ones or all to larger ones:
        # no cycle can arise. A vertex with an edge has a smaller or a larger neighbour, so the way
        # that joins more of them joins half.
        low, high = np.minimum(one, two), np.maximum(one, two)
        have_larger, have_smaller = _side_by_side(lambda end: _distinct(end, n), low, high)
        if len(have_smaller) >= len(have_larger):
            parent[high] = low
            _shorten(parent, have_smaller)
        else:
            parent[low] = high
            _shorten(parent, have_larger)
        one, two = _side_by_side(lambda end: parent[end], one, two)
    _shorten(parent, np.arange(n))
    return _in_order(parent)


def _side_by_side(
    work: Callable[[npt.NDArray[Vertex]], Found],
    one: npt.NDArray[Vertex],
    two: npt.NDArray[Vertex],
) -> tuple[Found, Found]:
    """Do the same with two arrays, by two threads where they are long enough to be worth it."""
    if len(one) + len(two) < _LONG:
        return work(one), work(two)
    with ThreadPoolExecutor(1, thread_name_prefix="graphs") as pool:
        other = pool.submit(work, two)
        return work(one), other.result()


def _distinct(vertices: npt.NDArray[Vertex], n: int) -> Ints:
    """Give each vertex once, in order: memory is then read from front to back."""
    seen = np.zeros(n, bool)
    seen[vertices] = True
    return np.flatnonzero(seen)


def _in_order(root: npt.NDArray[Vertex]) -> npt.NDArray[Vertex]:
    """Number roots in the order of the first vertex of each."""
    every = np.arange(len(root), dtype=root.dtype)
    first = every.copy()  # at each root: the first vertex under it
    # of several assignments to one place the last stays: going backwards, the first vertex
    first[root[::-1]] = every[::-1]
    above = first[root]
    starts = above == every
    place = np.cumsum(starts, dtype=root.dtype) - 1
    labels: npt.NDArray[Vertex] = place[above]
    return labels


def _shorten(parent: npt.NDArray[Vertex], vertices: Ints) -> None:
    """Let vertices point at their roots."""
    if len(vertices) < _LONG:
        _point(parent, vertices)
    else:
        # what the other thread shortens meanwhile still lies on the way to the root
        _side_by_side(partial(_point, parent), *np.array_split(vertices, 2))


def _point(parent: npt.NDArray[Vertex], left: Ints) -> None:
    while len(left):
        above = parent[left]
        up = parent[above]
        further = up != above
        left = left[further]
        parent[left] = up[further]


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
