"""Old and new values that people decided are one: where a chain of them ends."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

OLDEST = -1


def ends(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Follow (old, new) pairs to their ends; of two successors of one value the first counts.

    A pair that would close a circle is left out, so every chain has an end.
    """
    successor: dict[str, str] = {}
    for old, new in pairs:
        if old not in successor and _end(successor, new) != old:
            successor[old] = new
    return {old: _end(successor, old) for old in successor}


def _end(successor: dict[str, str], start: str) -> str:
    while start in successor:
        start = successor[start]
    return start


def in_order(decisions: pl.DataFrame, prefix: str, as_of_ms: int) -> list[tuple[str, str]]:
    """Give the decided (old, new) values of one kind in the order of decisions.

    Args:
        decisions: left, right, at_ms, valid_from_ms.
        prefix: what identifiers of the kind start with; it is taken off.
        as_of_ms: decisions that are true only later are left out.
    """
    kind = f"{prefix}:"
    chosen = decisions.filter(
        pl.col("left").str.starts_with(kind)
        & pl.col("right").str.starts_with(kind)
        & (pl.col("valid_from_ms").is_null() | (pl.col("valid_from_ms") <= as_of_ms))
    ).with_columns(pl.col("at_ms").fill_null(OLDEST))
    rows = chosen.sort("at_ms", "left", "right").select("left", "right").iter_rows()
    return [(old.removeprefix(kind), new.removeprefix(kind)) for old, new in rows]
