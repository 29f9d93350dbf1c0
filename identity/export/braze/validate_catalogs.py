"""Reading the catalogs' CSV files again, by the rules of their upload."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from identity.export.braze import limits

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def catalog_problems(
    folder: Path, manifest: Mapping[str, Any], catalog: str
) -> tuple[set[str], list[str]]:
    """Check a catalog's CSV; give the ids of its items, and what is wrong."""
    path = folder / f"{catalog}.csv"
    if not path.is_file():
        return set(), []
    content = path.read_bytes()
    types = {f["name"]: f["type"] for f in manifest["catalogs"][catalog]}
    found = [f"{path.name}: {p}" for p in (*_bytes(content), *_header(content, types))]
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8", "replace")), strict=True))
    except csv.Error as error:
        return set(), [*found, f"{path.name}: cannot be read: {error}"]
    ids: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        place = f"{path.name}:{number}"
        if len(row) != len(types):
            found.append(f"{place}: {len(row)} fields, the header has {len(types)}")
            continue
        if not limits.CATALOG_NAME.fullmatch(row[0]) or row[0] in ids:
            found.append(f"{place}: the id {row[0]!r} cannot be one, or is there twice")
        ids.add(row[0])
        found += [f"{place} {p}" for p in _fields(types, row)]
    return ids, found


def _bytes(content: bytes) -> Iterator[str]:
    if len(content) > limits.CSV_BYTES:
        yield "is larger than 2 GB"
    if content.startswith(b"\xef\xbb\xbf"):
        yield "begins with a byte order mark"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"is not UTF-8: {error}"


def _header(content: bytes, types: Mapping[str, str]) -> Iterator[str]:
    header = next(csv.reader(io.StringIO(content.decode("utf-8", "replace"))), [])
    if header[:1] != ["id"] or header != list(types):
        yield f"the header {header} is not id and the fields of the manifest"
    if len(header) > limits.CATALOG_FIELDS:
        yield f"has {len(header)} fields, at most {limits.CATALOG_FIELDS} are allowed"
    for name in header:
        if not limits.CATALOG_NAME.fullmatch(name):
            yield f"{name!r} cannot be the name of a field"
    for name, kind in types.items():
        if kind not in limits.CATALOG_TYPES or (name == "id" and kind != "string"):
            yield f"{name} cannot be of type {kind}"


def _fields(types: Mapping[str, str], row: list[str]) -> Iterator[str]:
    for (name, kind), value in zip(types.items(), row, strict=True):
        if not value:
            continue
        if len(value) > limits.VALUE_LENGTH:
            yield f"{name}: {len(value)} characters, at most {limits.VALUE_LENGTH} are allowed"
        if value == "NULL":
            yield f"{name}: NULL would be a text"
        if limits.without_tags(value) != value.strip():
            yield f"{name}: has HTML"
        if kind == "boolean" and value not in ("true", "false"):
            yield f"{name}: {value!r} is not true or false"
        if kind == "number" and not NUMBER.fullmatch(value):
            yield f"{name}: {value!r} is not a number"
        if kind == "time":
            try:
                datetime.fromisoformat(value)
            except ValueError:
                yield f"{name}: {value!r} is not ISO 8601"
