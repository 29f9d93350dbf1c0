"""Splitting money: exact, whole, and the same by row and by column."""

from __future__ import annotations

from fractions import Fraction as F

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.model.money import allocate, allocate_frame
from tests.support import credit_reference as ref

pytestmark = pytest.mark.small_frames

totals = st.integers(-(10**12), 10**12)
counts = st.lists(st.integers(0, 40), min_size=1, max_size=9).filter(lambda parts: sum(parts) > 0)
floats = st.lists(st.floats(0, 1), min_size=1, max_size=9).filter(lambda parts: sum(parts) > 1e-9)


def fractions(parts: list[int]) -> list[F]:
    return [F(part, sum(parts)) for part in parts]


@given(total=totals, parts=counts)
@settings(max_examples=300, deadline=None)
def test_fractions_and_floats_split_as_exact_arithmetic_does(total: int, parts: list[int]) -> None:
    exact = fractions(parts)
    wanted = ref.allocate(total, exact)
    assert allocate(total, exact) == wanted
    assert allocate(total, [float(weight) for weight in exact]) == wanted


@given(total=totals, parts=floats)
@settings(max_examples=300, deadline=None)
def test_parts_add_up_and_are_next_to_their_share(total: int, parts: list[float]) -> None:
    got = allocate(total, parts)
    assert sum(got) == total
    whole = sum(F(part) for part in parts)
    for part, weight in zip(got, parts, strict=True):
        assert abs(part - total * F(weight) / whole) < 1 + F(1, 1000)
        assert weight > 0 or part == 0
    assert allocate(-total, parts) == [-part for part in got]


@given(
    groups=st.lists(st.tuples(st.one_of(st.none(), totals), floats), min_size=1, max_size=6),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=150, deadline=None)
def test_by_column_is_by_row_in_any_row_order(
    groups: list[tuple[int | None, list[float]]], seed: int
) -> None:
    rows = [
        (number, total, weight, order)
        for number, (total, parts) in enumerate(groups)
        for order, weight in enumerate(parts)
    ]
    frame = pl.DataFrame(
        rows,
        schema={"g": pl.Int64, "v": pl.Int64, "w": pl.Float64, "o": pl.Int64},
        orient="row",
    ).sample(fraction=1, shuffle=True, seed=seed)
    split = frame.with_columns(
        part=allocate_frame(frame, group="g", total="v", weight="w", order="o")
    ).sort("g", "o")
    for number, (total, parts) in enumerate(groups):
        got = split.filter(pl.col("g") == number)["part"].to_list()
        assert got == ([None] * len(parts) if total is None else allocate(total, parts))
