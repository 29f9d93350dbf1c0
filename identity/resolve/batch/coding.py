"""Number identifiers: hashed first, because integers are cheap and text is not.

Two hashes close the collision hole: every row's second hash is compared with that of the row that
stands for its number. Pieces of the work run side by side: numpy and Polars let go of the
interpreter while they count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.resolve import graphs
from identity.resolve.batch.coded import UNKNOWN, Coded, Codes, Collision, check_size
from identity.resolve.batch.hashing import SEEDS, hashed
from identity.resolve.batch.keys import keys

Hashes = npt.NDArray[np.uint64]
_PART_BITS = 6
_SLICES = 8


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows whose hashes begin alike: which of them has a hash first, and each one's place."""

    rows: Codes
    earliest: Codes
    place: Codes


def hashes(values: pl.Series, seed: int) -> Hashes:
    """Hash text to 64 bits."""
    return hashed(values, seed).to_numpy()


def code(evidence: pl.DataFrame, anchors: pl.DataFrame | None) -> Coded:
    """Number the identifiers of evidence and anchors, in the order of their first appearance.

    Raises:
        Collision: two different identifiers have the same hash.
    """
    columns = [evidence["src"], evidence["dst"]]
    if anchors is not None:
        columns.append(anchors["identifier"])
    *cuts, total = np.cumsum([len(c) for c in columns])
    check_size(total)
    pool = ThreadPoolExecutor(pl.thread_pool_size(), thread_name_prefix="coding")
    first, second = (_hashed(columns, cuts, seed, pool) for seed in range(len(SEEDS)))
    codes, is_first = _number(first, second, pool)
    src, dst, *further = np.split(codes, cuts)
    component = pool.submit(graphs.components, int(np.count_nonzero(is_first)), src, dst)
    names = pool.submit(_names, columns, np.split(is_first, cuts))
    pool.shutdown(wait=False)
    return Coded(
        src=src,
        dst=dst,
        strength=evidence["strength"].to_numpy(),
        component=component.result,
        names=names.result,
        keys=keys(anchors, further[0] if further else np.empty(0, np.int32)),
        find=_finder(first[is_first]),
    )


def _names(columns: Sequence[pl.Series], masks: Sequence[npt.NDArray[np.bool_]]) -> pl.Series:
    # a filter reads the text in the order it lies in memory; a look-up by row would not
    kept = [c.rename("id").filter(pl.Series(m)) for c, m in zip(columns, masks, strict=True)]
    return pl.concat(kept, rechunk=True)


def _hashed(
    columns: Sequence[pl.Series], cuts: Sequence[int], seed: int, pool: ThreadPoolExecutor
) -> Hashes:
    """Hash columns, one after the other in one array."""
    every = np.empty(sum(len(c) for c in columns), np.uint64)

    def fill(column: pl.Series, into: Hashes) -> None:
        into[:] = hashes(column, seed)

    list(pool.map(fill, columns, np.split(every, cuts)))
    return every


def _number(
    first: Hashes, second: Hashes, pool: ThreadPoolExecutor
) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Number hashes in the order of their first rows; mark those rows.

    The work is done in parts, by the first bits of the hash: what is looked up in a part is in the
    processor's cache, and parts are worked on side by side.
    """
    slices = np.linspace(0, len(first), _SLICES + 1, dtype=np.int64)
    sliced = list(pool.map(lambda at: _rows_by_part(first, *at), pairwise(slices)))
    is_first = np.zeros(len(first), bool)

    def number(pieces: Sequence[Codes]) -> _Part:
        rows = np.concatenate(pieces)
        part = _part(rows, first[rows], second[rows])
        is_first[part.earliest] = True
        return part

    parts = list(pool.map(number, zip(*sliced, strict=True)))
    count = np.cumsum(is_first, dtype=np.int32)
    codes = np.empty(len(first), np.int32)

    def fill(part: _Part) -> None:
        codes[part.rows] = (count[part.earliest] - 1)[part.place]

    list(pool.map(fill, parts))
    return codes, is_first


def _rows_by_part(first: Hashes, begin: int, end: int) -> list[Codes]:
    """Give the rows of a slice that belong to each part, in order."""
    bits = (first[begin:end] >> np.uint64(64 - _PART_BITS)).astype(np.uint8)
    ends = np.cumsum(np.bincount(bits, minlength=1 << _PART_BITS))[:-1]
    rows = np.argsort(bits, kind="stable").astype(np.int32) + np.int32(begin)
    return np.split(rows, ends)


def _part(rows: Codes, own: Hashes, second: Hashes) -> _Part:
    order = _by_hash(own)
    ranked = own[order]
    starts = np.ones(len(rows), bool)
    np.not_equal(ranked[1:], ranked[:-1], out=starts[1:])
    earliest = order[starts]
    place = np.empty(len(rows), np.int32)
    place[order] = np.cumsum(starts, dtype=np.int32) - 1
    if not np.array_equal(second[earliest][place], second):
        raise Collision
    return _Part(rows, rows[earliest], place)


def _by_hash(own: Hashes) -> npt.NDArray[np.int64]:
    """Sort positions by hash, then by position.

    Sorting plain numbers is several times faster than sorting positions by what stands there, so
    the position is put into the last bits of the hash. That two different hashes of a part agree
    in all that is left of them is next to impossible, and then they are sorted the slow way.
    """
    width = np.uint64(len(own).bit_length())
    packed = own << np.uint64(_PART_BITS) >> width << width
    packed |= np.arange(len(own), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << width) - np.uint64(1))).astype(np.int64)
    ranked = own[order]
    alike = packed[1:] >> width == packed[:-1] >> width
    if np.array_equal(alike, ranked[1:] == ranked[:-1]):
        return order
    return np.argsort(own, kind="stable")


def _finder(known: Hashes) -> Callable[[pl.Series], Codes]:
    """Give a function that looks up the codes of identifiers, by the hash of each code."""

    def find(values: pl.Series) -> Codes:
        wanted = hashes(values, 0)
        codes = np.flatnonzero(pl.Series(known).is_in(pl.Series(wanted).implode()))
        if not len(codes):
            return np.full(len(wanted), UNKNOWN, np.int32)
        codes = codes[np.argsort(known[codes])]
        at = np.searchsorted(known[codes], wanted).clip(max=len(codes) - 1)
        return np.where(known[codes[at]] == wanted, codes[at], UNKNOWN).astype(np.int32)

    return find
