"""Compiled code for large batches (the extra ``fast``): numbering, union-find, Kruskal.

Each function equals its counterpart in plain numpy; tests hold the two to each other. Look-ups in
the table go in blocks: first passes touch all that a block will read, so that the processor waits
for many at once instead of one after another.
"""

from __future__ import annotations

import numba
import numpy as np

from identity.resolve.batch.coded import Codes
from identity.resolve.kruskal import Constraints, Ints, cut_by_loop, needs_loop

_BLOCK = 64
EMPTY = -1
_FREE, _ONE, _HALF, _LOWER = np.uint64(0), np.uint64(1), np.uint64(32), np.uint64(0xFFFFFFFF)


@numba.njit(nogil=True, cache=True)
def number(  # type: ignore[no-untyped-def]  # numba compiles by the types it is called with
    slots, firsts, seconds, first, second, start, codes, fresh
):
    """Number hashes: those that were seen before as before, the others from ``start`` on.

    ``slots``: by the lower bits of the first hash; the upper half of an entry is that of the hash,
    the lower half the code plus one, 0 where free. ``firsts``, ``seconds``: both hashes by code;
    what differs in the second is another identifier. ``codes``: filled with the code of each row;
    ``fresh``: set where a row is the first of its identifier. Gives the next free code.
    """
    mask = np.uint64(len(slots) - 1)
    count = start
    touched = np.uint64(0)
    for begin in range(0, len(first), _BLOCK):
        end = min(begin + _BLOCK, len(first))
        for i in range(begin, end):
            touched ^= slots[first[i] & mask]
        for i in range(begin, end):
            entry = slots[first[i] & mask]
            if entry != _FREE and (entry ^ first[i]) >> _HALF == _FREE:
                touched ^= seconds[(entry & _LOWER) - _ONE]
        for i in range(begin, end):
            wanted = first[i]
            slot = wanted & mask
            while True:
                entry = slots[slot]
                if entry == _FREE:
                    firsts[count] = wanted
                    seconds[count] = second[i]
                    codes[i] = count
                    fresh[i] = True
                    count += 1
                    slots[slot] = (wanted & ~_LOWER) | np.uint64(count)
                    break
                if (entry ^ wanted) >> _HALF == _FREE:
                    code = (entry & _LOWER) - _ONE
                    if seconds[code] == second[i]:
                        codes[i] = code
                        break
                slot = (slot + _ONE) & mask
    if touched == _ONE:  # keeps the first passes from being optimised away
        fresh[0] = fresh[0]
    return count


@numba.njit(nogil=True, cache=True)
def find(slots, seconds, first, second, codes):  # type: ignore[no-untyped-def]  # as `number`
    """Look up hashes; ``EMPTY`` where one was never numbered."""
    mask = np.uint64(len(slots) - 1)
    for i in range(len(first)):
        slot = first[i] & mask
        codes[i] = EMPTY
        while slots[slot] != _FREE:
            entry = slots[slot]
            code = (entry & _LOWER) - _ONE
            if (entry ^ first[i]) >> _HALF == _FREE and seconds[code] == second[i]:
                codes[i] = code
                break
            slot = (slot + _ONE) & mask


@numba.njit(nogil=True, cache=True)
def rehash(slots, firsts, count):  # type: ignore[no-untyped-def]  # as `number`
    """Fill an empty table with the codes from 0 to ``count``, given their first hashes."""
    mask = np.uint64(len(slots) - 1)
    for code in range(count):
        slot = firsts[code] & mask
        while slots[slot] != _FREE:
            slot = (slot + _ONE) & mask
        slots[slot] = (firsts[code] & ~_LOWER) | np.uint64(code + 1)


@numba.njit(nogil=True, cache=True)
def _root(parent, vertex):  # type: ignore[no-untyped-def]  # as `number`
    while parent[vertex] != vertex:
        parent[vertex] = parent[parent[vertex]]
        vertex = parent[vertex]
    return vertex


@numba.njit(nogil=True, cache=True)
def join(parent, src, dst):  # type: ignore[no-untyped-def]  # as `number`
    """Join the sets of each pair; the smaller number is the root."""
    for i in range(len(src)):
        one, two = _root(parent, src[i]), _root(parent, dst[i])
        if one < two:
            parent[two] = one
        elif two < one:
            parent[one] = two


@numba.njit(nogil=True, cache=True)
def label(parent, labels):  # type: ignore[no-untyped-def]  # as `number`
    """Give each vertex the dense label of its set, in the order of the smallest members."""
    count = 0
    for vertex in range(len(labels)):
        root = parent[vertex]
        if root == vertex:
            labels[vertex] = count
            count += 1
        else:
            # a root comes before its members, so its parent's label is known by now
            labels[vertex] = labels[root]
    return count


@numba.njit(nogil=True, cache=True)
def _cut(parent, held, src, dst):  # type: ignore[no-untyped-def]  # as `number`
    """Join along edges, strongest first, unless two keys of a namespace would meet."""
    for i in range(len(src)):
        one, two = _root(parent, src[i]), _root(parent, dst[i])
        if one == two:
            continue
        if two < one:
            one, two = two, one
        allowed = True
        for namespace in range(held.shape[0]):
            a, b = held[namespace, one], held[namespace, two]
            if a != EMPTY and b != EMPTY and a != b:
                allowed = False
                break
        if not allowed:
            continue
        parent[two] = one
        for namespace in range(held.shape[0]):
            if held[namespace, one] == EMPTY:
                held[namespace, one] = held[namespace, two]


def components(n: int, src: Codes, dst: Codes) -> Codes:
    """Label connected components of ``n`` vertices; labels are dense integers."""
    parent = np.arange(n, dtype=np.int32)
    join(parent, *map(np.ascontiguousarray, (src, dst)))
    labels = np.empty(n, np.int32)
    label(parent, labels)
    return labels


def partition(n: int, src: Codes, dst: Codes, constraints: Constraints) -> Ints:
    """Give each vertex the label of its cluster: anchors and pairs, as `kruskal.partition` does."""
    held = np.full((len(constraints.anchors), n), EMPTY, np.int32)
    for namespace, keys in enumerate(constraints.anchors):
        held[namespace] = keys
    parent = np.arange(n, dtype=np.int32)
    _cut(parent, held, src, dst)
    found = np.empty(n, np.int32)
    label(parent, found)
    labels = found.astype(np.int64)
    if not len(constraints.cannot_link):
        return labels
    component = components(n, src, dst)
    plain = needs_loop(component, src, constraints)
    if plain.any():
        cut_by_loop(labels, (src, dst), constraints, (plain, component), n)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
