"""Spans of time against sets of instants: what is joined, left and in common, with open ends."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from identity.resolve.spans import ALWAYS, Span, intersect, subtract, union

INSTANTS = range(-1, 8)
"""Each stands for the time from it to the next; the ends of spans lie from 0 to 6."""

END = st.none() | st.integers(0, 6)
SPANS = st.lists(st.tuples(END, END) | st.just(ALWAYS), max_size=4)


def covered(spans: Iterable[Span]) -> set[int]:
    return {
        at
        for at in INSTANTS
        for low, high in spans
        if (low is None or low <= at) and (high is None or at < high)
    }


@given(one=SPANS, other=SPANS)
def test_spans_are_sets_of_instants(one: list[Span], other: list[Span]) -> None:
    results = {
        "union": (union(one), covered(one)),
        "left": (subtract(one, other), covered(one) - covered(other)),
        "common": (intersect(one, other), covered(one) & covered(other)),
    }
    for name, (found, expected) in results.items():
        assert covered(found) == expected, name
        assert found == union(found), name
