"""Number identifiers: hashed first, because integers are cheap and text is not.

Two hashes close the collision hole: every row's second hash is compared with that of the row that
stands for its number. Pieces of the work run side by side: numpy and Polars let go of the
interpreter while they count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.errors import Stop

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
SEEDS = (0x5EED, 0xC0DE)
UNKNOWN = -1
_PART_BITS = 6


class Collision(Stop):
    """Two identifiers have the same hash; nothing can be decided with it."""

    code = "E_HASH_COLLISION"


@dataclass(frozen=True, slots=True)
class Coded:
    """Evidence in numbers.

    ``src``, ``dst``: codes of each row's ends; ``anchored``: the code of each row of anchors;
    ``names``: the identifier of each code; ``find`` gives the codes of further identifiers,
    ``UNKNOWN`` where one is none of them; ``verify`` waits until no collision is possible any more.
    """

    src: Ints
    dst: Ints
    strength: npt.NDArray[np.float64]
    anchored: Ints
    names: pl.Series
    find: Callable[[pl.Series], Ints]
    verify: Callable[[], None]

    def __len__(self) -> int:
        return len(self.names)


def hashes(values: pl.Series, seed: int) -> Hashes:
    """Hash text to 64 bits."""
    return values.hash(SEEDS[seed]).to_numpy()


def code(evidence: pl.DataFrame, anchors: pl.DataFrame | None) -> Coded:
    """Number the identifiers of evidence and anchors, in the order of their first appearance.

    Raises:
        Collision: two different identifiers have the same hash (by ``verify``).
    """
    columns = [evidence["src"], evidence["dst"]]
    if anchors is not None:
        columns.append(anchors["identifier"])
    cuts = np.cumsum([len(c) for c in columns])[:-1]
    pool = ThreadPoolExecutor(2, thread_name_prefix="coding")
    hashed = np.concatenate(list(pool.map(lambda c: hashes(c, 0), columns)))
    codes, is_first = _number(hashed, pool)
    # a filter reads the text in the order it lies in memory; a look-up by row would not
    masks = [pl.Series(m) for m in np.split(is_first, cuts)]
    kept = list(pool.map(lambda c, m: c.rename("id").filter(m), columns, masks))
    names = pl.concat(kept, rechunk=True)
    checked = pool.submit(_check, columns, codes, np.flatnonzero(is_first))
    pool.shutdown(wait=False)
    split = np.split(codes, cuts)
    return Coded(
        split[0],
        split[1],
        evidence["strength"].to_numpy(),
        split[2] if anchors is not None else np.empty(0, np.int64),
        names,
        _finder(hashed[is_first]),
        checked.result,
    )


def _number(hashed: Hashes, pool: ThreadPoolExecutor) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Number hashes in the order of their first rows; mark those rows.

    The work is done in parts, by the first bits of the hash: a part is sorted in the processor's
    cache, and two parts are sorted side by side.
    """
    part = (hashed >> np.uint64(64 - _PART_BITS)).astype(np.uint8)
    order = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part, minlength=1 << _PART_BITS))
    first = np.empty(len(hashed), np.int64)
    is_first = np.zeros(len(hashed), bool)

    def number(begin: int, end: int) -> None:
        if begin == end:
            return
        rows = order[begin:end]
        own = hashed[rows]
        by_hash = np.argsort(own)
        own, rows = own[by_hash], rows[by_hash]
        starts = np.flatnonzero(np.concatenate([[True], own[1:] != own[:-1]]))
        earliest = np.minimum.reduceat(rows, starts)
        is_first[earliest] = True
        first[rows] = np.repeat(earliest, np.diff(starts, append=len(rows)))

    list(pool.map(number, [0, *ends[:-1]], ends))
    place = np.cumsum(is_first) - 1
    middle = len(first) // 2
    halves = [slice(0, middle), slice(middle, None)]
    return np.concatenate(list(pool.map(lambda h: place[first[h]], halves))), is_first


def _check(columns: Sequence[pl.Series], codes: Ints, first: Ints) -> None:
    second = np.concatenate([hashes(c, 1) for c in columns])
    if not np.array_equal(second[first][codes], second):
        raise Collision


def _finder(known: Hashes) -> Callable[[pl.Series], Ints]:
    """Give a function that looks up the codes of identifiers, by the hash of each code."""

    def find(values: pl.Series) -> Ints:
        wanted = hashes(values, 0)
        codes = np.flatnonzero(pl.Series(known).is_in(pl.Series(wanted).implode()))
        if not len(codes):
            return np.full(len(wanted), UNKNOWN)
        codes = codes[np.argsort(known[codes])]
        at = np.searchsorted(known[codes], wanted).clip(max=len(codes) - 1)
        return np.where(known[codes[at]] == wanted, codes[at], UNKNOWN)

    return find
