"""Evidence in parts, read and hashed ahead of what numbers it: by Polars alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from identity.resolve.batch.hashing import hashed

_AHEAD = 3  # parts: reading goes on while compiled code is loaded, and memory stays bounded


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the evidence as read: text, and both hashes of both ends."""

    frame: pl.DataFrame
    first: tuple[pl.Series, pl.Series]
    second: tuple[pl.Series, pl.Series]


def ahead(pool: ThreadPoolExecutor, frames: Iterator[pl.DataFrame]) -> Iterator[Part]:
    """Read the first parts right away, and each further one while another is worked on."""

    def read() -> Part | None:
        frame = next(frames, None)
        if frame is None:
            return None
        ends = (frame["src"], frame["dst"])
        return Part(
            frame,
            (hashed(ends[0], 0), hashed(ends[1], 0)),
            (hashed(ends[0], 1), hashed(ends[1], 1)),
        )

    def each(coming: deque[Future[Part | None]]) -> Iterator[Part]:
        while (found := coming.popleft().result()) is not None:
            coming.append(pool.submit(read))
            yield found

    return each(deque(pool.submit(read) for _ in range(_AHEAD)))
