"""Rows as a plain text table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

WIDEST = 48


def lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Render rows with their keys as header; numbers to the right."""
    if not rows:
        yield "(no rows)"
        return
    names = list(rows[0])
    cells = [[_cell(row.get(n)) for n in names] for row in rows]
    widths = [max(len(n), *(len(c[i]) for c in cells)) for i, n in enumerate(names)]
    right = [all(isinstance(r.get(n), int | float | None) for r in rows) for n in names]
    yield _line(names, widths, right)
    yield "  ".join("-" * w for w in widths)
    for row in cells:
        yield _line(row, widths, right)


def _line(cells: Iterable[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True)]
    return "  ".join(parts).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = str(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
