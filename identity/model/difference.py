"""The difference of two sets of rows.

Everything derived is compared as rows: what is wanted and not there is written, what is there and
not wanted is removed, what is equal is not touched. So nothing is written where nothing changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows to write and rows to remove."""

    write: pl.DataFrame
    remove: pl.DataFrame

    @property
    def empty(self) -> bool:
        """Say whether nothing differs."""
        return self.write.is_empty() and self.remove.is_empty()


def difference(stored: pl.DataFrame, wanted: pl.DataFrame, key: list[str]) -> Difference:
    """Compare rows over all columns of ``wanted``; lists are compared as text."""
    columns = wanted.columns
    one, two = _flat(stored.select(columns)), _flat(wanted)
    names = one.columns
    fresh = two.with_row_index("__at").join(one, on=names, how="anti", nulls_equal=True)
    gone = stored.join(wanted.select(key).unique(), on=key, how="anti", nulls_equal=True)
    return Difference(
        wanted[fresh["__at"].sort().to_list()] if fresh.height else wanted.clear(), gone
    )


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    lists = [c for c, t in rows.schema.items() if isinstance(t, pl.List)]
    return rows.with_columns(pl.col(c).list.join("\x1f") for c in lists)
