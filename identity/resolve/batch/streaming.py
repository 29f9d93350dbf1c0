"""Number identifiers part by part, with compiled code; text is dropped as it is read.

While one part is numbered, the next is read. The connected components come along: their union-find
grows with the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from identity.resolve.batch import kernels
from identity.resolve.batch.ahead import Part
from identity.resolve.batch.coded import Coded, Codes, Collision
from identity.resolve.batch.coding import Hashes, hashes
from identity.resolve.batch.keys import keys

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

    def number(self, first: Hashes, second: Hashes) -> tuple[Codes, np.ndarray]:
        """Give the numbers of hashes, and a mask of those that were not seen before."""
        self._grow(self.count + len(first))
        codes = np.empty(len(first), np.int32)
        fresh = np.zeros(len(first), bool)
        count = kernels.number(self.slots, self.ids, first, second, self.count, codes, fresh)
        if count == kernels.COLLISION:
            raise Collision
        self.count = int(count)
        return codes, fresh

    def join(self, src: Codes, dst: Codes) -> None:
        kernels.join(self.parent, src, dst)

    def find(self, values: pl.Series) -> Codes:
        codes = np.empty(len(values), np.int32)
        kernels.find(self.slots, self.ids, hashes(values, 0), codes)
        return codes

    def labels(self) -> Codes:
        labels = np.empty(self.count, np.int32)
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


def stream(parts: Iterator[Part], anchors: pl.DataFrame | None, *, rows: int) -> Coded:
    """Number the anchors, and evidence that comes in parts.

    ``rows`` says how many there will be, about: the table's first size, no more.

    Raises:
        Collision: two different identifiers have the same hash.
    """
    table = _Table(rows)
    names: list[pl.Series] = []
    with ThreadPoolExecutor(1, thread_name_prefix="keys") as pool:
        text = anchors["identifier"] if anchors is not None else pl.Series([], dtype=pl.String)
        anchored, fresh = table.number(hashes(text, 0), hashes(text, 1))
        held = pool.submit(keys, anchors, anchored)
        names.append(_copied(text, fresh))
        ends: tuple[list[Codes], list[Codes]] = ([], [])
        strength = []
        for part in parts:
            for n, name in enumerate(("src", "dst")):
                codes, fresh = table.number(part.first[n], part.second[n])
                names.append(_copied(part.frame[name], fresh))
                ends[n].append(codes)
            table.join(ends[0][-1], ends[1][-1])
            strength.append(part.frame["strength"].to_numpy())
    component = table.labels()
    table.close()
    return Coded(
        src=np.concatenate(ends[0]),
        dst=np.concatenate(ends[1]),
        strength=np.concatenate(strength),
        component=component,
        names=pl.concat(names, rechunk=True),
        keys=held.result(),
        find=table.find,
    )


def _copied(values: pl.Series, fresh: np.ndarray) -> pl.Series:
    """Copy the text of chosen rows, so that the rest of the part can be given up.

    A filter alone would not do: what it gives still points into all of the part's text.
    """
    chosen = values.filter(pl.Series(fresh))
    return pl.Series("id", chosen.to_arrow(compat_level=pl.CompatLevel.oldest()))
