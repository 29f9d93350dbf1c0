"""Compiled code for large batches (the extra ``fast``): numbering, union-find, Kruskal.

Each function equals its counterpart in plain numpy; tests hold the two to each other. Look-ups in
the table go in blocks: a first pass touches every slot of a block, so that the processor waits for
many at once instead of one after another.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from identity.resolve.kruskal import Constraints, cut_by_loop, needs_loop

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]

_BLOCK = 32
EMPTY = -1
COLLISION = -2


@numba.njit(nogil=True, cache=True)
def number(  # type: ignore[no-untyped-def]  # numba compiles by the types it is called with
    slots, slot_of, hash_of, check_of, first, second, start, codes, fresh
):
    """Number hashes: those that were seen before as before, the others from ``start`` on.

    ``slots``: code by slot, ``EMPTY`` where free; ``slot_of``: hash by slot; ``hash_of``,
    ``check_of``: both hashes by code; ``codes``: filled with the code of each row; ``fresh``: set
    where a row is the first of its hash. Gives the next free code, or ``COLLISION``.
    """
    mask = np.uint64(len(slots) - 1)
    count = start
    touched = np.uint64(0)
    for begin in range(0, len(first), _BLOCK):
        end = min(begin + _BLOCK, len(first))
        for i in range(begin, end):
            touched ^= slot_of[first[i] & mask]
        for i in range(begin, end):
            wanted = first[i]
            slot = wanted & mask
            while True:
                code = slots[slot]
                if code == EMPTY:
                    slots[slot] = count
                    slot_of[slot] = wanted
                    hash_of[count] = wanted
                    check_of[count] = second[i]
                    codes[i] = count
                    fresh[i] = True
                    count += 1
                    break
                if slot_of[slot] == wanted:
                    if check_of[code] != second[i]:
                        return COLLISION
                    codes[i] = code
                    break
                slot = (slot + np.uint64(1)) & mask
    if touched == np.uint64(1):  # keeps the first pass from being optimised away
        fresh[0] = fresh[0]
    return count


@numba.njit(nogil=True, cache=True)
def find(slots, slot_of, wanted, codes):  # type: ignore[no-untyped-def]  # as `number`
    """Look up hashes; ``EMPTY`` where one was never numbered."""
    mask = np.uint64(len(slots) - 1)
    for i in range(len(wanted)):
        slot = wanted[i] & mask
        codes[i] = EMPTY
        while slots[slot] != EMPTY:
            if slot_of[slot] == wanted[i]:
                codes[i] = slots[slot]
                break
            slot = (slot + np.uint64(1)) & mask


@numba.njit(nogil=True, cache=True)
def rehash(slots, slot_of, hash_of, count):  # type: ignore[no-untyped-def]  # as `number`
    """Fill an empty table with the codes from 0 to ``count``."""
    mask = np.uint64(len(slots) - 1)
    for code in range(count):
        slot = hash_of[code] & mask
        while slots[slot] != EMPTY:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = code
        slot_of[slot] = hash_of[code]


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


def components(n: int, src: Ints, dst: Ints) -> Ints:
    """Label connected components of ``n`` vertices; labels are dense integers."""
    parent = np.arange(n, dtype=np.int64)
    join(parent, src, dst)
    labels = np.empty(n, np.int64)
    label(parent, labels)
    return labels


def partition(n: int, src: Ints, dst: Ints, constraints: Constraints) -> Ints:
    """Give each vertex the label of its cluster: anchors and pairs, as `kruskal.partition` does."""
    held = np.full((len(constraints.anchors), n), EMPTY, np.int64)
    for namespace, keys in enumerate(constraints.anchors):
        held[namespace] = keys
    parent = np.arange(n, dtype=np.int64)
    _cut(parent, held, src, dst)
    labels = np.empty(n, np.int64)
    label(parent, labels)
    if not len(constraints.cannot_link):
        return labels
    component = components(n, src, dst)
    plain = needs_loop(component, src, constraints)
    if plain.any():
        cut_by_loop(labels, (src, dst), constraints, (plain, component), n)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
