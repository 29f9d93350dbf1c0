"""Number identifiers part by part, with compiled code; text is dropped as it is read.

While one part is numbered, the next is read. The connected components come along: their union-find
grows with the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import polars as pl

from identity.resolve.batch import kernels
from identity.resolve.batch.ahead import Part
from identity.resolve.batch.coded import Coded, Codes, check_size
from identity.resolve.batch.coding import Hashes, hashes
from identity.resolve.batch.keys import keys
from identity.resolve.kruskal import Bools

_FEWEST_SLOTS = 1 << 4
_FULL = 0.6
_MOSTLY = 0.5


class _Table:
    """Numbers of hashes: an open table, never fuller than ``_FULL``, and what each number is of.

    It starts with a slot for each row that is to come; evidence of many identifiers outgrows that.
    """

    def __init__(self, rows: int) -> None:
        size = _power(max(rows, _FEWEST_SLOTS))
        self.count = 0
        self.slots: Hashes = np.zeros(size, np.uint64)
        self.firsts: Hashes = np.empty(size, np.uint64)
        self.seconds: Hashes = np.empty(size, np.uint64)

    def number(self, first: Hashes, second: Hashes) -> tuple[Codes, Bools]:
        """Give the numbers of hashes, and a mask of those that were not seen before."""
        self._grow(self.count + len(first))
        codes = np.empty(len(first), np.int32)
        fresh = np.zeros(len(first), bool)
        self.count = int(
            kernels.number(
                self.slots, self.firsts, self.seconds, first, second, self.count, codes, fresh
            )
        )
        return codes, fresh

    def find(self, values: pl.Series) -> Codes:
        codes = np.empty(len(values), np.int32)
        kernels.find(self.slots, self.seconds, hashes(values, 0), hashes(values, 1), codes)
        return codes

    def _grow(self, most: int) -> None:
        """Make room for as many numbers as there may be after the next rows."""
        check_size(most)
        if most > len(self.firsts):
            more = np.empty(_power(most) - len(self.firsts), np.uint64)
            self.firsts = np.concatenate([self.firsts, more])
            self.seconds = np.concatenate([self.seconds, more])
        if most > _FULL * len(self.slots):
            self.slots = np.zeros(_power(int(most / _FULL) + 1), np.uint64)
            kernels.rehash(self.slots, self.firsts, self.count)


class _Sets:
    """Union-find over numbers; more of them may come with each part."""

    def __init__(self) -> None:
        self.parent: Codes = np.empty(0, np.int32)

    def join(self, src: Codes, dst: Codes, count: int) -> None:
        """Join the sets of each pair, of ``count`` numbers that there are by now."""
        known = len(self.parent)
        if count > known:
            fresh = np.arange(known, _power(count), dtype=np.int32)
            self.parent = np.concatenate([self.parent, fresh])
        kernels.join(self.parent, src, dst)

    def labels(self, count: int) -> Codes:
        labels = np.arange(count, dtype=np.int32)
        kernels.label(self.parent, labels[: len(self.parent)])
        return labels


def _power(least: int) -> int:
    return 1 << (least - 1).bit_length()


def load() -> None:
    """Load compiled code: a quarter of a second at its first call."""
    _Table(1).number(*(hashes(pl.Series(["some"]), seed) for seed in range(2)))


def stream(parts: Iterator[Part], anchors: pl.DataFrame | None, *, rows: int) -> Coded:
    """Number the anchors, and evidence that comes in parts.

    What was numbered is worked on beside: its sets are joined, its text is copied.
    ``rows`` says how many there will be, about: the table's first size, no more.
    """
    table, sets = _Table(rows), _Sets()
    src: list[Codes] = []
    dst: list[Codes] = []
    strength = []
    joined: list[Future[None]] = []
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
        text = anchors["identifier"] if anchors is not None else pl.Series([], dtype=pl.String)
        anchored, fresh = table.number(hashes(text, 0), hashes(text, 1))
        held = pool.submit(keys, anchors, anchored)
        names = [pool.submit(_copied, text, fresh)]
        for part in parts:
            for n, (name, codes) in enumerate((("src", src), ("dst", dst))):
                found, fresh = table.number(part.first[n], part.second[n])
                names.append(pool.submit(_copied, part.frame[name], fresh))
                codes.append(found)
            joined.append(pool.submit(sets.join, src[-1], dst[-1], table.count))
            strength.append(part.frame["strength"].to_numpy())

        def component() -> Codes:
            for done in joined:
                done.result()  # has failed, if it did
            return sets.labels(table.count)

        labels = pool.submit(component)
        whole = pool.submit(lambda: pl.concat([text.result() for text in names], rechunk=True))
        return Coded(
            src=np.concatenate(src),
            dst=np.concatenate(dst),
            strength=np.concatenate(strength),
            component=labels.result,
            names=whole.result,
            keys=held.result(),
            find=table.find,
        )


def _copied(values: pl.Series, fresh: Bools) -> pl.Series:
    """Copy the text of chosen rows, so that the rest of the part can be given up.

    A filter alone would not do: what it gives still points into all of the part's text. Where that
    is mostly chosen, giving it up is not worth the copy.
    """
    chosen = values.rename("id").filter(pl.Series(fresh))
    if len(chosen) > _MOSTLY * len(values):
        return chosen
    return pl.Series("id", chosen.to_arrow(compat_level=pl.CompatLevel.oldest()))
