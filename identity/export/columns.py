"""What an exported table looks like, and bringing rows into that shape.

A table is declared once (`identity.export.contract`): its columns with types and meaning, the order
of its rows, and the columns that tell its rows apart. From the declaration come the files, the
reference page, and the check that no key occurs twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from identity.errors import Stop


class Kind(StrEnum):
    """Type of a column."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    INSTANT = "instant"
    LIST = "list of text"
    JSON = "JSON"


DTYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.INTEGER: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.FLAG: pl.Boolean(),
    Kind.INSTANT: pl.Datetime("ms", "UTC"),
    Kind.LIST: pl.List(pl.String()),
    Kind.JSON: pl.String(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name, type, and what it says."""

    name: str
    kind: Kind
    doc: str


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: what a row is, its columns, and the columns whose values tell rows apart.

    Rows are in the order of ``key``; empty values come first.
    """

    name: str
    doc: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


class KeyTwice(Stop):
    """Two rows of an exported table have one key."""

    code = "E_EXPORT_KEY"


def text(name: str, doc: str) -> Column:
    """Declare a column of text."""
    return Column(name, Kind.TEXT, doc)


def integer(name: str, doc: str) -> Column:
    """Declare a column of whole numbers."""
    return Column(name, Kind.INTEGER, doc)


def number(name: str, doc: str) -> Column:
    """Declare a column of numbers."""
    return Column(name, Kind.NUMBER, doc)


def flag(name: str, doc: str) -> Column:
    """Declare a column of true and false."""
    return Column(name, Kind.FLAG, doc)


def instant(name: str, doc: str) -> Column:
    """Declare a column of instants."""
    return Column(name, Kind.INSTANT, doc)


def listed(name: str, doc: str) -> Column:
    """Declare a column of lists of text."""
    return Column(name, Kind.LIST, doc)


def json(name: str, doc: str) -> Column:
    """Declare a column of JSON text."""
    return Column(name, Kind.JSON, doc)


def shape(spec: TableSpec, rows: pl.DataFrame) -> pl.DataFrame:
    """Bring rows into a table's shape: its columns in order, its types, its order of rows.

    Instants come in as integer milliseconds.

    Raises:
        KeyTwice: two rows have one key.
    """
    shaped = rows.select(_cast(column) for column in spec.columns).sort(
        spec.key, nulls_last=False, maintain_order=True
    )
    twice = shaped.filter(pl.struct(spec.key).is_duplicated())
    if twice.height:
        first = twice.select(spec.key).row(0, named=True)
        raise KeyTwice(f"the table {spec.name!r} has {first} more than once")
    return shaped


def _cast(column: Column) -> pl.Expr:
    return pl.col(column.name).cast(DTYPES[column.kind], strict=True)


def ids_of(pairs: pl.DataFrame, by: str, name: str, into: str) -> pl.DataFrame:
    """Gather the distinct ids of a column, sorted, into one list a row."""
    return pairs.group_by(by).agg(pl.col(name).unique().sort().alias(into))
