"""The source of compiled code (the extra ``fast``): numbering, union-find, Kruskal.

Importing this module compiles it, which takes seconds: only `identity.resolve.batch.native` does,
once a machine. The functions work on addresses of arrays, so that the code runs without numba; the
types are in `KERNELS`, for Python has none of these. Each equals its counterpart in plain
numpy; tests hold the two to each other. Look-ups in the table go in blocks: first passes touch all
that a block will read, so that the processor waits for many at once instead of one after another.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types

from identity.resolve.batch.native import KERNELS

_BLOCK = 64
_EMPTY = -1
_FREE, _ONE, _HALF, _LOWER = np.uint64(0), np.uint64(1), np.uint64(32), np.uint64(0xFFFFFFFF)

_compiled: dict[str, Any] = {}


def _kernel(function: Any) -> Any:
    """Compile a function for the types that its callers know."""
    given = [_type(word) for word in KERNELS[function.__name__].split()]
    _compiled[function.__name__] = numba.cfunc(types.int64(*given))(function)
    return function


def _inner(function: Any) -> Any:
    """Compile a function into those that call it, for the types that they give it."""
    return numba.njit(function)


def _type(word: str) -> Any:
    pointer: Any = types.CPointer
    one = getattr(types, word.rstrip("*"))
    return pointer(one) if word.endswith("*") else one


@_kernel
def number(
    slots: Any,
    size: int,
    firsts: Any,
    seconds: Any,
    first: Any,
    second: Any,
    rows: int,
    start: int,
    codes: Any,
    fresh: Any,
) -> int:
    """Number hashes: those that were seen before as before, the others from ``start`` on.

    ``slots``: ``size`` of them, by the lower bits of the first hash; the upper half of an entry is
    that of the hash, the lower half the code plus one, 0 where free. ``firsts``, ``seconds``: both
    hashes by code; what differs in the second is another identifier. ``codes``: filled with the
    code of each of ``rows`` rows; ``fresh``: whether a row is the first of its identifier. Gives
    the next free code.
    """
    mask = np.uint64(size - 1)
    count = start
    touched = np.uint64(0)
    for begin in range(0, rows, _BLOCK):
        end = min(begin + _BLOCK, rows)
        for i in range(begin, end):
            touched ^= slots[first[i] & mask]
        for i in range(begin, end):
            entry = slots[first[i] & mask]
            if entry != _FREE and (entry ^ first[i]) >> _HALF == _FREE:
                touched ^= seconds[(entry & _LOWER) - _ONE]
        for i in range(begin, end):
            wanted = first[i]
            slot = wanted & mask
            fresh[i] = 0
            while True:
                entry = slots[slot]
                if entry == _FREE:
                    firsts[count] = wanted
                    seconds[count] = second[i]
                    codes[i] = count
                    fresh[i] = 1
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
        slots[0] = slots[0]
    return count


@_kernel
def find(
    slots: Any, size: int, seconds: Any, first: Any, second: Any, rows: int, codes: Any
) -> int:
    """Look up hashes; ``_EMPTY`` where one was never numbered."""
    mask = np.uint64(size - 1)
    for i in range(rows):
        slot = first[i] & mask
        codes[i] = _EMPTY
        while slots[slot] != _FREE:
            entry = slots[slot]
            code = (entry & _LOWER) - _ONE
            if (entry ^ first[i]) >> _HALF == _FREE and seconds[code] == second[i]:
                codes[i] = code
                break
            slot = (slot + _ONE) & mask
    return rows


@_kernel
def rehash(slots: Any, size: int, firsts: Any, count: int) -> int:
    """Fill an empty table with the codes from 0 to ``count``, given their first hashes."""
    mask = np.uint64(size - 1)
    for code in range(count):
        slot = firsts[code] & mask
        while slots[slot] != _FREE:
            slot = (slot + _ONE) & mask
        slots[slot] = (firsts[code] & ~_LOWER) | np.uint64(code + 1)
    return count


@_inner
def _root(parent: Any, vertex: int) -> int:
    while parent[vertex] != vertex:
        parent[vertex] = parent[parent[vertex]]
        vertex = parent[vertex]
    return vertex


@_kernel
def join(parent: Any, src: Any, dst: Any, rows: int) -> int:
    """Join the sets of each pair; the smaller number is the root."""
    for i in range(rows):
        one, two = _root(parent, src[i]), _root(parent, dst[i])
        if one < two:
            parent[two] = one
        elif two < one:
            parent[one] = two
    return rows


@_kernel
def label(parent: Any, labels: Any, vertices: int) -> int:
    """Give each vertex the dense label of its set, in the order of the smallest members."""
    count = 0
    for vertex in range(vertices):
        root = parent[vertex]
        if root == vertex:
            labels[vertex] = count
            count += 1
        else:
            # a root comes before its members, so its parent's label is known by now
            labels[vertex] = labels[root]
    return count


@_kernel
def cut(
    parent: Any, held: Any, namespaces: int, vertices: int, src: Any, dst: Any, rows: int
) -> int:
    """Join along edges, strongest first, unless two keys of a namespace would meet."""
    for i in range(rows):
        one, two = _root(parent, src[i]), _root(parent, dst[i])
        if one == two:
            continue
        if two < one:
            one, two = two, one
        allowed = True
        for n in range(namespaces):
            a, b = held[n * vertices + one], held[n * vertices + two]
            if a != _EMPTY and b != _EMPTY and a != b:
                allowed = False
                break
        if not allowed:
            continue
        parent[two] = one
        for n in range(namespaces):
            if held[n * vertices + one] == _EMPTY:
                held[n * vertices + one] = held[n * vertices + two]
    return rows


def intermediate(name: str) -> tuple[str, str]:
    """Give a compiled function in LLVM's language, and the symbol that it goes by."""
    return _compiled[name].native_name, _compiled[name].inspect_llvm()
