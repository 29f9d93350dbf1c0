"""Number identifiers row group by row group, with compiled code; text is dropped as it is read.

While one row group is numbered, the next is read. The connected components come along: their
union-find grows with the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.resolve.batch import kernels
from identity.resolve.batch.coding import Coded, Collision, Hashes, Ints, hashes

_FEWEST_SLOTS = 1 << 4
_FULL = 0.6


class _Table:
    """Numbers of hashes: an open table, never fuller than ``_FULL``, and what each number is of.

    It starts with a slot for each row that is to come; evidence of many identifiers outgrows that.
    """

    def __init__(self, rows: int) -> None:
        size = _power(max(rows, _FEWEST_SLOTS))
        self.count = 0
        self.slots: Hashes = np.zeros(size, np.uint64)
        self.ids: Hashes = np.empty((size, 2), np.uint64)
        self.parent = np.arange(size, dtype=np.int32)

    def number(self, first: Hashes, second: Hashes) -> tuple[npt.NDArray[np.int32], np.ndarray]:
        """Give the numbers of hashes, and a mask of those that were not seen before."""
        self._grow(self.count + len(first))
        codes = np.empty(len(first), np.int32)
        fresh = np.zeros(len(first), bool)
        count = kernels.number(self.slots, self.ids, first, second, self.count, codes, fresh)
        if count == kernels.COLLISION:
            raise Collision
        self.count = int(count)
        return codes, fresh

    def join(self, src: npt.NDArray[np.int32], dst: npt.NDArray[np.int32]) -> None:
        kernels.join(self.parent, src, dst)

    def find(self, values: pl.Series) -> Ints:
        codes = np.empty(len(values), np.int32)
        kernels.find(self.slots, self.ids, hashes(values, 0), codes)
        return codes.astype(np.int64)

    def labels(self) -> Ints:
        labels = np.empty(self.count, np.int64)
        kernels.label(self.parent, labels)
        return labels

    def close(self) -> None:
        """Give up what only further numbers would need."""
        self.parent = np.empty(0, np.int32)

    def _grow(self, most: int) -> None:
        """Make room for as many numbers as there may be after the next rows."""
        known = len(self.ids)
        if most > known:
            size = _power(most)
            longer = np.empty((size, 2), np.uint64)
            longer[:known] = self.ids
            self.ids = longer
            self.parent = np.concatenate([self.parent, np.arange(known, size, dtype=np.int32)])
        if most > _FULL * len(self.slots):
            self.slots = np.zeros(_power(int(most / _FULL) + 1), np.uint64)
            kernels.rehash(self.slots, self.ids, self.count)


def _power(least: int) -> int:
    return 1 << (least - 1).bit_length()


@dataclass(frozen=True, slots=True)
class _Read:
    """A part of the evidence as read: text, and both hashes of both ends."""

    frame: pl.DataFrame
    first: tuple[Hashes, Hashes]
    second: tuple[Hashes, Hashes]


def stream(
    parts: Iterator[pl.DataFrame], anchors: pl.DataFrame | None, *, rows: int
) -> tuple[Coded, Ints]:
    """Number evidence that comes in parts, and the anchors; give each code's component as well.

    ``rows`` says how many there will be, about: the table's first size, no more.

    Raises:
        Collision: two different identifiers have the same hash.
    """
    table = _Table(rows)
    names: list[pl.Series] = []
    src, dst, strength = [], [], []
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as pool:
        coming = _ahead(pool, parts)
        _load()
        for read in coming:
            ends = []
            for n, name in enumerate(("src", "dst")):
                codes, fresh = table.number(read.first[n], read.second[n])
                names.append(_copied(read.frame[name], fresh))
                ends.append(codes)
            table.join(*ends)
            src.append(ends[0])
            dst.append(ends[1])
            strength.append(read.frame["strength"].to_numpy())
    anchored = np.empty(0, np.int64)
    if anchors is not None:
        text = anchors["identifier"]
        codes, fresh = table.number(hashes(text, 0), hashes(text, 1))
        names.append(_copied(text, fresh))
        anchored = codes.astype(np.int64)
    labels = table.labels()
    table.close()
    coded = Coded(
        np.concatenate(src),
        np.concatenate(dst),
        np.concatenate(strength),
        anchored,
        pl.concat(names, rechunk=True),
        table.find,
        lambda: None,
    )
    return coded, labels


def _load() -> None:
    """Load compiled code, half a second at its first call, while the first part is read."""
    some = hashes(pl.Series(["some"]), 0)
    table = _Table(1)
    codes, _ = table.number(some, some)
    table.join(codes, codes)
    table.labels()


def _ahead(pool: ThreadPoolExecutor, parts: Iterator[pl.DataFrame]) -> Iterator[_Read]:
    """Read and hash the first part right away, each next one while the last one is worked on."""

    def read() -> _Read | None:
        frame = next(parts, None)
        if frame is None:
            return None
        ends = (frame["src"], frame["dst"])
        return _Read(
            frame,
            (hashes(ends[0], 0), hashes(ends[1], 0)),
            (hashes(ends[0], 1), hashes(ends[1], 1)),
        )

    def each(coming: Future[_Read | None]) -> Iterator[_Read]:
        while (found := coming.result()) is not None:
            coming = pool.submit(read)
            yield found

    return each(pool.submit(read))


def _copied(values: pl.Series, fresh: np.ndarray) -> pl.Series:
    """Copy the text of chosen rows, so that the rest of the part can be given up.

    A filter alone would not do: what it gives still points into all of the part's text.
    """
    chosen = values.filter(pl.Series(fresh))
    return pl.Series("id", chosen.to_arrow(compat_level=pl.CompatLevel.oldest()))
