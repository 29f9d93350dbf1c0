"""Tables are brought into their declared shape; chains of old and new values end."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.errors import Stop
from identity.export import columns
from identity.export.columns import TableSpec, shape
from identity.export.successors import ends, in_order

SPEC = TableSpec(
    "things",
    "Things.",
    ("name", "since"),
    (
        columns.text("name", "a name"),
        columns.instant("since", "a time"),
        columns.integer("count", "a number"),
        columns.listed("parts", "some parts"),
    ),
)
HOUR = 3_600_000


def things(*rows: tuple[str | None, int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "count": range(len(rows)),
            "parts": [["a"] for _ in rows],
            "name": [name for name, _ in rows],
            "since": pl.Series([at for _, at in rows], dtype=pl.Int64),
            "more": ["left out" for _ in rows],
        }
    )


def test_columns_come_in_the_declared_order_with_their_types() -> None:
    shaped = shape(SPEC, things(("b", HOUR)))
    assert dict(shaped.schema) == {
        "name": pl.String(),
        "since": pl.Datetime("ms", "UTC"),
        "count": pl.Int64(),
        "parts": pl.List(pl.String()),
    }
    assert shaped["since"].to_list() == [datetime(1970, 1, 1, 1, tzinfo=UTC)]


def test_rows_come_in_the_order_of_the_key_empty_values_first() -> None:
    shaped = shape(SPEC, things(("b", 5), ("a", 9), ("b", None), (None, 1)))
    assert shaped.select("name", pl.col("since").dt.timestamp("ms")).rows() == [
        (None, 1),
        ("a", 9),
        ("b", None),
        ("b", 5),
    ]


@pytest.mark.parametrize("key", [("a", 1), ("a", None), (None, None)])
def test_a_key_that_occurs_twice_stops_the_export(key: tuple[str | None, int | None]) -> None:
    with pytest.raises(Stop, match="things"):
        shape(SPEC, things(key, ("z", 3), key))


def test_chains_are_followed_to_their_ends() -> None:
    assert ends([("a", "b"), ("b", "c"), ("x", "c")]) == {"a": "c", "b": "c", "x": "c"}


def test_the_pair_that_would_close_a_circle_is_left_out() -> None:
    assert ends([("a", "b"), ("b", "c"), ("c", "a")]) == {"a": "c", "b": "c"}


names = st.sampled_from("abcdef")


@given(st.lists(st.tuples(names, names)))
def test_an_end_is_never_an_old_value(pairs: list[tuple[str, str]]) -> None:
    found = ends(pairs)
    assert not set(found.values()) & set(found)
    assert set(found) <= {old for old, _ in pairs}


def test_decided_pairs_come_in_order_those_of_files_first_later_truths_not_at_all() -> None:
    rows = [
        ("email:c", "email:d", 7, None),
        ("domain:x", "domain:y", None, None),
        ("email:b", "email:c", None, 100),
        ("email:a", "email:b", None, None),
        ("email:late", "email:later", None, 101),
        ("crm:s:contact:1", "email:d", 1, None),
    ]
    decisions = pl.DataFrame(
        rows,
        schema={
            "left": pl.String,
            "right": pl.String,
            "at_ms": pl.Int64,
            "valid_from_ms": pl.Int64,
        },
        orient="row",
    )
    assert in_order(decisions, "email", 100) == [("a", "b"), ("b", "c"), ("c", "d")]
