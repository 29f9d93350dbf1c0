"""Encode identifiers as dense integers: hashed first, because integers are cheap and text is not.

Two hashes close the collision hole: every row's second hash is compared with that of the row that
stands for its code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.errors import Stop

Ints = npt.NDArray[np.int64]
_SEEDS = (0x5EED, 0xC0DE)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Columns of identifiers as codes.

    ``codes``: one array per column; ``first``: code to the first row that has it, counted over the
    columns laid end to end; ``hashes``: code to hash, sorted.
    """

    codes: tuple[Ints, ...]
    first: Ints
    hashes: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.first)

    def names(self, columns: tuple[pl.Series, ...]) -> pl.Series:
        """Give the identifier of each code."""
        everything = pl.concat([c.rename("id") for c in columns])
        return everything.gather(pl.Series(self.first))


def encode(columns: tuple[pl.Series, ...]) -> Encoded:
    """Number the distinct values of columns of text.

    Raises:
        Stop: two different values have the same hash; nothing can be decided with it.
    """
    hashed = np.concatenate([c.hash(_SEEDS[0]).to_numpy() for c in columns])
    hashes, inverse = np.unique(hashed, return_inverse=True)
    first = np.empty(len(hashes), np.int64)
    # of several rows with one code the last assignment stays: going backwards, the first row
    first[inverse[::-1]] = np.arange(len(inverse) - 1, -1, -1)
    second = np.concatenate([c.hash(_SEEDS[1]).to_numpy() for c in columns])
    if not np.array_equal(second[first][inverse], second):
        raise Stop("two identifiers have the same hash")
    cuts = np.cumsum([len(c) for c in columns])[:-1]
    return Encoded(tuple(np.split(inverse.astype(np.int64), cuts)), first, hashes)


def find(encoded: Encoded, values: pl.Series) -> Ints:
    """Give the codes of further values; -1 for those that are not among the encoded ones."""
    wanted = values.hash(_SEEDS[0]).to_numpy()
    place = np.searchsorted(encoded.hashes, wanted)
    place = np.minimum(place, len(encoded.hashes) - 1)
    found = encoded.hashes[place] == wanted if len(encoded.hashes) else np.zeros(len(wanted), bool)
    return np.where(found, place, -1).astype(np.int64)
