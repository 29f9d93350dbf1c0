"""Readers: files as tables of text, every row numbered, nothing guessed and nothing lost.

A file is checked before it is parsed: size, byte order mark, encoding, header. What cannot be a
table is refused whole, with the place and the remedy; a row that does not fit is set aside with
its number, and the counts must add up afterwards.

Row numbers are those that a person sees in an editor or a spreadsheet: the header is row 1.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from identity.errors import FileError, Where
from identity.model.normalise import mask

ROW = "__row"
DELIMITERS = (",", ";", "\t", "|")
MAX_BAD_SHARE = 0.01
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that does not fit its table."""

    row: int
    code: str
    message: str
    masked: str


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows as text, with their numbers in column ``__row``, and what was set aside."""

    file: str
    rows: pl.DataFrame
    bad: tuple[BadRow, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Name the columns of the file."""
        return [c for c in self.rows.columns if c != ROW]

    @property
    def read(self) -> int:
        """Count the data rows that were read, good or bad."""
        return self.rows.height + len(self.bad)


@dataclass(frozen=True, slots=True)
class Format:
    """What a source declares of its files."""

    encoding: str = "utf-8"
    delimiter: str | None = None


def read(path: Path, shown: str, declared: Format) -> Table:
    """Read a file by its suffix: CSV (also .tsv, .txt), JSON lines (.jsonl, .ndjson), Parquet.

    Args:
        path: the file.
        shown: how messages call it.
        declared: what the source declares.

    Raises:
        FileError: the file is missing, or cannot be a table; nothing of it was used.
    """
    if not path.is_file():
        known = sorted(p.name for p in path.parent.iterdir()) if path.parent.is_dir() else []
        hint = f"The folder holds: {', '.join(known[:12])}." if known else "Check the path."
        raise FileError("there is no such file", where=Where(file=shown), fix=hint)
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson", ".json"):
        return _read_json_lines(_text(path, shown, declared.encoding), shown)
    if suffix == ".parquet":
        return _read_parquet(path, shown)
    return _read_csv(_text(path, shown, declared.encoding), shown, declared.delimiter)


@dataclass(slots=True)
class _Text:
    data: bytes
    bad: list[BadRow] = field(default_factory=list)


def _text(path: Path, shown: str, encoding: str) -> _Text:
    """Give the file as UTF-8 bytes; lines in another encoding are set aside if they are few."""
    data = path.read_bytes()
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16").encode()
    elif encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        try:
            data = data.decode(encoding).encode()
        except (UnicodeDecodeError, LookupError) as error:
            raise FileError(
                f"is not {encoding}: {error}", where=Where(file=shown), fix="Declare its encoding."
            ) from error
    if b"\x00" in data[:4096] and data[:4096].count(b"\x00") > len(data[:4096]) // 4:
        raise FileError(
            "looks like UTF-16 without a byte order mark",
            where=Where(file=shown),
            fix="Declare encoding: utf-16-le, or save it as UTF-8.",
        )
    try:
        data.decode()
    except UnicodeDecodeError:
        return _without_bad_lines(data, shown)
    return _Text(data)


def _without_bad_lines(data: bytes, shown: str) -> _Text:
    lines = data.split(b"\n")
    bad: list[BadRow] = []
    for number, line in enumerate(lines, 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            message = f"byte {error.start + 1} of the line ({line[error.start]:#04x}) is not UTF-8"
            bad.append(BadRow(number, "E_ENCODING", message, "••"))
            lines[number - 1] = b""
    share = len(bad) / max(len(lines) - 1, 1)
    if bad[0].row == 1 or share >= MAX_BAD_SHARE:
        raise FileError(
            f"is not UTF-8: {bad[0].message}, and so in {len(bad)} of {len(lines)} lines",
            where=Where(file=shown, row=bad[0].row),
            fix="Declare the source's encoding (often cp1252), or save the file as UTF-8.",
        )
    return _Text(b"\n".join(lines), bad)


def _read_csv(text: _Text, shown: str, delimiter: str | None) -> Table:
    if not text.data.strip():
        raise FileError(
            "is empty; not even a header", where=Where(file=shown), fix="Export it again."
        )
    first = _first_record(text.data)
    chosen = delimiter or _sniff(first)
    names = _header(first, chosen, shown)
    _check_quotes(text.data, shown)
    try:
        frame, ragged = _parsed(text.data, names, chosen, BLOCK_BYTES)
    except pa.ArrowInvalid as error:
        if len(text.data) <= BLOCK_BYTES or "straddl" not in str(error):
            message = f"is not a table: {str(error).splitlines()[0]}"
            raise FileError(message, where=Where(file=shown)) from error
        # a row longer than a block: the file as one block, up to what the parser can hold
        frame, ragged = _parsed(text.data, names, chosen, min(len(text.data) + 1, 2**31 - 1))
    return _numbered(shown, frame, ragged, text)


def _parsed(
    data: bytes, names: list[str], delimiter: str, block: int
) -> tuple[pl.DataFrame, list[BadRow]]:
    """Parse the rows below the header; those of another length are told apart, with numbers."""
    ragged: list[BadRow] = []

    def keep(invalid: pacsv.InvalidRow) -> str:
        message = (
            f"the row has {invalid.actual_columns} fields, the header {invalid.expected_columns}"
        )
        ragged.append(BadRow(invalid.number, "E_RAGGED_ROW", message, mask(invalid.text or "")))
        return "skip"

    table = pacsv.read_csv(
        io.BytesIO(data),
        read_options=pacsv.ReadOptions(
            use_threads=False, column_names=names, skip_rows=1, block_size=block
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=True,
            invalid_row_handler=keep,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return pl.DataFrame(table), ragged


def _numbered(shown: str, frame: pl.DataFrame, ragged: Sequence[BadRow], text: _Text) -> Table:
    """Give every row the number that a person sees: blank rows and rows set aside have one, too.

    The parser counts neither blank rows nor lines that were emptied for their encoding.
    """
    layout = _layout(text.data, needed=bool(text.bad))
    skipped = set(layout.blank)
    total = frame.height + len(ragged) + len(skipped)
    if skipped:
        counted = [n for n in range(1, total + 2) if n not in skipped]
        ragged = [replace(bad, row=counted[bad.row - 1]) for bad in ragged]
    unreadable = [replace(bad, row=layout.row_of(bad.row)) for bad in text.bad]
    taken = skipped | {bad.row for bad in ragged}
    numbers = [n for n in range(2, total + 2) if n not in taken] if taken else None
    rows = numbers if numbers is not None else pl.int_range(2, total + 2, eager=True)
    numbered = frame.with_columns(pl.Series(ROW, rows, dtype=pl.Int64))
    return Table(shown, numbered, (*ragged, *unreadable))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which row each line of a file belongs to, where they differ; and which rows are blank."""

    rows: Sequence[int] = ()
    blank: Sequence[int] = ()

    def row_of(self, line: int) -> int:
        beyond = max(line - len(self.rows), 0)  # blank lines at the end are not in the layout
        return self.rows[line - beyond - 1] + beyond if self.rows else line


def _layout(data: bytes, *, needed: bool) -> _Layout:
    """Find blank rows: lines without content that lie in no quoted field."""
    data = data.rstrip(b"\r\n")
    if not needed and not any(gap in data for gap in (b"\n\n", b"\n\r\n")):
        return _Layout()
    rows: list[int] = []
    blank: list[int] = []
    row, inside = 0, False
    for line in data.split(b"\n"):
        row += not inside
        rows.append(row)
        if not inside and not line.strip(b"\r"):
            blank.append(row)
        inside ^= line.count(b'"') % 2 == 1
    return _Layout(rows, blank)


def _first_record(data: bytes) -> str:
    reader = io.StringIO(data[: 1 << 20].decode(errors="replace"), newline="")
    line = reader.readline()
    while line.count('"') % 2 and (more := reader.readline()):
        line += more
    return line.rstrip("\r\n")


def _sniff(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _header(line: str, delimiter: str, shown: str) -> list[str]:
    where = Where(file=shown, row=1)
    if line.lower().startswith("sep=") or line.startswith("#"):
        raise FileError(
            f"starts with {line[:20]!r} instead of a header", where=where, fix="Remove that line."
        )
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]
    if any(not name for name in names):
        raise FileError("a column has no name in the header", where=where, fix="Name every column.")
    folded = [name.casefold() for name in names]
    for position, name in enumerate(names):
        first = folded.index(name.casefold())
        if first != position:
            also = "" if names[first] == name else f" (also written {names[first]!r})"
            raise FileError(
                f"the header names {name!r} twice{also}",
                where=where,
                fix="Give each column its own name.",
            )
    if all(name.replace(".", "").replace("-", "").isdigit() for name in names):
        raise FileError("has no header: its first row holds numbers", where=where, fix="Add one.")
    return names


def _check_quotes(data: bytes, shown: str) -> None:
    """Refuse a file with a quote that never closes: all that follows would be one field."""
    if data.count(b'"') % 2 == 0:
        return
    opened, number = 1, 0
    inside = False
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.count(b'"') % 2:
            inside = not inside
            opened = number if inside else opened
    raise FileError(
        "a quoted field is never closed",
        where=Where(file=shown, row=opened if inside else number),
        fix='Double the quotes inside of fields ("").',
    )


def _read_json_lines(text: _Text, shown: str) -> Table:
    skip = {bad.row for bad in text.bad}
    bad = list(text.bad)
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(text.data.decode().splitlines(), 1):
        if not line.strip() or number in skip:
            continue
        try:
            value = json.loads(line, object_pairs_hook=_no_twice, parse_int=str, parse_float=str)
        except _DuplicateKeyError as error:
            bad.append(BadRow(number, "E_DUP_KEY", str(error), mask(line[:60])))
            continue
        except (ValueError, RecursionError) as error:
            bad.append(BadRow(number, "E_JSON", f"not JSON: {error}", mask(line[:60])))
            continue
        if not isinstance(value, dict):
            bad.append(BadRow(number, "E_JSON", "not a JSON object", mask(line[:60])))
            continue
        rows.append({**dict(_flatten(value, "")), ROW: number})
    names = dict.fromkeys(k for row in rows for k in row if k != ROW)
    schema = {**dict.fromkeys(names, pl.String), ROW: pl.Int64}
    return Table(shown, pl.DataFrame(rows, schema=schema), tuple(bad))


class _DuplicateKeyError(ValueError):
    pass


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [k for k, _ in pairs]
        twice = next(n for n in names if names.count(n) > 1)
        raise _DuplicateKeyError(f"the key {twice!r} stands twice")
    return found


def _flatten(value: dict[str, Any], prefix: str) -> Iterator[tuple[str, str | None]]:
    """Give nested keys as dotted names; lists stay JSON text."""
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict):
            yield from _flatten(item, name + ".")
        elif isinstance(item, bool):
            yield name, "true" if item else "false"
        elif item is None or isinstance(item, str):
            yield name, item
        else:
            yield name, json.dumps(item)


def _read_parquet(path: Path, shown: str) -> Table:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise FileError(
            f"is not a Parquet file: {str(error).splitlines()[0]}", where=Where(file=shown)
        ) from error
    frame = pl.DataFrame(table)
    texts = [_as_text(frame[name]) for name in frame.columns]
    rows = pl.DataFrame(texts).with_columns(
        pl.int_range(1, frame.height + 1, dtype=pl.Int64).alias(ROW)
    )
    return Table(shown, rows)


def _as_text(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        aware = column if kind.time_zone else column.dt.replace_time_zone("UTC")
        return aware.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    if isinstance(kind, pl.List | pl.Struct):
        values = [None if v is None else json.dumps(v, default=str) for v in column.to_list()]
        return pl.Series(column.name, values, dtype=pl.String)
    return column.cast(pl.String)
