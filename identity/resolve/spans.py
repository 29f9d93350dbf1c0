"""Spans of time: half-open, in milliseconds; None is unbounded."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int | None, int | None]
ALWAYS: Span = (None, None)
_LOW, _HIGH = -(2**62), 2**62


def holds(span: Span, at_ms: int) -> bool:
    """Say whether an instant lies in a span."""
    return (span[0] is None or span[0] <= at_ms) and (span[1] is None or at_ms < span[1])


def _open(span: Span) -> tuple[int, int]:
    return (_LOW if span[0] is None else span[0], _HIGH if span[1] is None else span[1])


def _close(low: int, high: int) -> Span:
    return (None if low == _LOW else low, None if high == _HIGH else high)


def union(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch or overlap; sorted, empty ones left out."""
    spans = spans if isinstance(spans, list) else list(spans)
    if ALWAYS in spans:  # nearly all there is
        return [ALWAYS]
    joined: list[tuple[int, int]] = []
    for low, high in sorted(_open(s) for s in spans):
        if low >= high:
            continue
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return [_close(*span) for span in joined]


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Give what is left of spans after others were taken out."""
    taken = taken if isinstance(taken, list) else list(taken)
    if not taken:
        return union(spans)
    if ALWAYS in taken:
        return []
    left = [_open(s) for s in union(spans)]
    for low, high in (_open(t) for t in union(taken)):
        cut: list[tuple[int, int]] = []
        for start, end in left:
            cut.append((start, min(end, low)))
            cut.append((max(start, high), end))
        left = [(start, end) for start, end in cut if start < end]
    return [_close(*span) for span in left]


def intersect(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """Give what two sets of spans have in common."""
    one, other = list(one), list(other)
    if ALWAYS in other:
        return union(one)
    if ALWAYS in one:
        return union(other)
    found: list[Span] = []
    others = [_open(s) for s in other]
    for low, high in (_open(s) for s in one):
        found.extend(
            _close(max(low, a), min(high, b)) for a, b in others if max(low, a) < min(high, b)
        )
    return union(found)
