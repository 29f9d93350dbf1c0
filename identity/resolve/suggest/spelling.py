"""Words one slip of the pen apart: a dictionary of what is left when one letter is deleted.

Two words that differ in one inserted, dropped, replaced or swapped letter have such a remainder in
common. Remainders are hashed for all words of one length at once, so that nothing loops over words.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

SHORTEST = 4
"""Shorter words are too alike by chance."""

LONGEST = 32
_BASE = np.uint64(1_000_003)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def remainders(words: pl.Series) -> tuple[Ints, Hashes]:
    """Give the hashes of words and of all that is left of them without one letter.

    Returns:
        The position of the word, and the hash, one entry each; words too short or too long have
        only their own.
    """
    lengths = words.str.len_chars().cast(pl.Int64).to_numpy()
    letters = np.frombuffer("".join(words.to_list()).encode("utf-32-le"), np.uint32)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    found: list[tuple[Ints, Hashes]] = []
    for length in np.unique(lengths):
        which = np.flatnonzero(lengths == length)
        size = int(length)
        rows = letters[starts[which][:, None] + np.arange(size)].astype(np.uint64) * _MIX
        hashes = _hashes(rows) if SHORTEST <= size <= LONGEST else _whole(rows)[:, None]
        found.append((np.repeat(which, hashes.shape[1]), hashes.ravel()))
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    return np.concatenate([w for w, _ in found]), np.concatenate([h for _, h in found])


def _whole(rows: Hashes) -> Hashes:
    total = np.zeros(len(rows), np.uint64)
    for column in range(rows.shape[1]):
        total = total * _BASE + rows[:, column]
    return total


def _hashes(rows: Hashes) -> Hashes:
    """Hash each row as it is, and without each of its letters: shape (n, length + 1)."""
    count, size = rows.shape
    before = np.zeros((count, size + 1), np.uint64)
    for i in range(size):
        before[:, i + 1] = before[:, i] * _BASE + rows[:, i]
    after = np.zeros((count, size + 1), np.uint64)
    power = np.cumprod(np.concatenate([[1], np.full(size, _BASE)]).astype(np.uint64))
    for i in range(size - 1, -1, -1):
        after[:, i] = rows[:, i] * power[size - 1 - i] + after[:, i + 1]
    found = np.empty((count, size + 1), np.uint64)
    found[:, 0] = before[:, size]
    for i in range(size):
        found[:, i + 1] = before[:, i] * power[size - 1 - i] + after[:, i + 1]
    return found


def near(wanted: pl.Series, known: pl.Series) -> pl.DataFrame:
    """Give the pairs of words at most one slip apart: positions ``wanted`` and ``known``.

    Pairs that only share a hash are rare and are sorted out by whoever compares the words.
    """
    one, two = remainders(wanted), remainders(known)
    left = pl.DataFrame({"wanted": one[0], "hash": one[1]})
    right = pl.DataFrame({"known": two[0], "hash": two[1]})
    return left.join(right, on="hash").select("wanted", "known").unique()
