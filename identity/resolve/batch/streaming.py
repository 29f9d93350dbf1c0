"""Number identifiers part by part, with compiled code; text is dropped as it is read.

While one part is numbered, the next is read. The connected components come along: their union-find
grows with the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import polars as pl

from identity.resolve.batch.ahead import Part
from identity.resolve.batch.coded import Coded, Codes, check_size
from identity.resolve.batch.coding import Hashes, hashes
from identity.resolve.batch.keys import keys
from identity.resolve.batch.native import call
from identity.resolve.kruskal import Bools

_FEWEST_SLOTS = 1 << 4
_FULL = 0.6
_MOSTLY = 0.5


class _Table:
    """Numbers of hashes: an open table, never fuller than ``_FULL``, and what each number is of.

    It starts with ``slots`` for a start; evidence of many identifiers outgrows them.
    """

    def __init__(self, slots: int) -> None:
        size = _power(max(slots, _FEWEST_SLOTS))
        self.count = 0
        self.slots: Hashes = np.zeros(size, np.uint64)
        self.firsts: Hashes = np.empty(size, np.uint64)
        self.seconds: Hashes = np.empty(size, np.uint64)

    def number(self, first: Hashes, second: Hashes, codes: Codes) -> Bools:
        """Fill in the numbers of hashes; give a mask of those that were not seen before."""
        self._grow(self.count + len(first))
        fresh = np.empty(len(first), bool)
        self.count = call(
            "number",
            *self._slots(),
            self.firsts,
            self.seconds,
            first,
            second,
            len(first),
            self.count,
            codes,
            fresh.view(np.uint8),
        )
        return fresh

    def find(self, values: pl.Series) -> Codes:
        codes = np.empty(len(values), np.int32)
        both = (hashes(values, 0), hashes(values, 1), len(values))
        call("find", *self._slots(), self.seconds, *both, codes)
        return codes

    def _slots(self) -> tuple[Hashes, int]:
        return self.slots, len(self.slots)

    def _grow(self, most: int) -> None:
        """Make room for as many numbers as there may be after the next rows."""
        check_size(most)
        if most > len(self.firsts):
            more = np.empty(_power(most) - len(self.firsts), np.uint64)
            self.firsts = np.concatenate([self.firsts, more])
            self.seconds = np.concatenate([self.seconds, more])
        if most > _FULL * len(self.slots):
            self.slots = np.zeros(_power(int(most / _FULL) + 1), np.uint64)
            call("rehash", *self._slots(), self.firsts, self.count)


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
        call("join", self.parent, src, dst, len(src))

    def labels(self, count: int) -> Codes:
        labels = np.arange(count, dtype=np.int32)
        call("label", self.parent, labels, min(count, len(self.parent)))
        return labels


def _power(least: int) -> int:
    return 1 << (least - 1).bit_length()


def stream(
    parts: Iterator[Part], anchors: pl.DataFrame | None, *, rows: int, slots: int | None = None
) -> Coded:
    """Number the anchors, and evidence of so many ``rows`` that comes in parts.

    What was numbered is worked on beside: its sets are joined, its text is copied.
    ``slots``: of the table at first; one for each row, if nothing is said.
    """
    table, sets = _Table(slots or rows), _Sets()
    src, dst, strength = np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows)
    at = 0
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
        text = anchors["identifier"] if anchors is not None else pl.Series([], dtype=pl.String)
        anchored = np.empty(len(text), np.int32)
        fresh = table.number(hashes(text, 0), hashes(text, 1), anchored)
        held = pool.submit(keys, anchors, anchored)
        names = [pool.submit(_copied, text, fresh)]
        joined: list[Future[None]] = []
        for part in parts:
            own = slice(at, at + part.frame.height)
            for n, (name, codes) in enumerate((("src", src), ("dst", dst))):
                both = (part.first[n].to_numpy(), part.second[n].to_numpy())
                fresh = table.number(*both, codes[own])
                names.append(pool.submit(_copied, part.frame[name], fresh))
            joined.append(pool.submit(sets.join, src[own], dst[own], table.count))
            strength[own] = part.frame["strength"].to_numpy()
            at = own.stop

        def component() -> Codes:
            for done in joined:
                done.result()  # has failed, if it did
            return sets.labels(table.count)

        labels = pool.submit(component)
        whole = pl.concat([copy.result() for copy in names], rechunk=True)
        return Coded(
            src=src,
            dst=dst,
            strength=strength,
            component=labels.result,
            names=lambda: whole,
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
