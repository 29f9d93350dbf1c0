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
    """Columns of identifiers as codes, numbered in the order of their first appearance.

    ``codes``: one array per column; ``names``: the identifier of each code; ``hashes`` and
    ``order``: the distinct hashes, sorted, and the code of each.
    """

    codes: tuple[Ints, ...]
    names: pl.Series
    hashes: npt.NDArray[np.uint64]
    order: Ints

    def __len__(self) -> int:
        return len(self.names)


def encode(columns: tuple[pl.Series, ...]) -> Encoded:
    """Number the distinct values of columns of text.

    Raises:
        Stop: two different values have the same hash; nothing can be decided with it.
    """
    hashed = np.concatenate([c.hash(_SEEDS[0]).to_numpy() for c in columns])
    hashes, inverse = np.unique(hashed, return_inverse=True)
    del hashed
    first = np.empty(len(hashes), np.int64)
    # of several rows with one code the last assignment stays: going backwards, the first row
    first[inverse[::-1]] = np.arange(len(inverse) - 1, -1, -1)
    second = np.concatenate([c.hash(_SEEDS[1]).to_numpy() for c in columns])
    if not np.array_equal(second[first][inverse], second):
        raise Stop("two identifiers have the same hash")
    del second
    is_first = np.zeros(len(inverse), bool)
    is_first[first] = True
    order = np.cumsum(is_first)[first] - 1
    cuts = np.cumsum([len(c) for c in columns])[:-1]
    masks = np.split(is_first, cuts)
    # a filter reads the text in the order it lies in memory; a look-up by row would not
    names = pl.concat(
        [c.rename("id").filter(pl.Series(m)) for c, m in zip(columns, masks, strict=True)]
    )
    return Encoded(tuple(np.split(order[inverse], cuts)), names, hashes, order)


def find(encoded: Encoded, values: pl.Series) -> Ints:
    """Give the codes of further values; -1 for those that are not among the encoded ones."""
    if not len(encoded):
        return np.full(len(values), -1)
    wanted = values.hash(_SEEDS[0]).to_numpy()
    place = np.minimum(np.searchsorted(encoded.hashes, wanted), len(encoded.hashes) - 1)
    found = encoded.hashes[place] == wanted
    return np.where(found, encoded.order[place], -1).astype(np.int64)
