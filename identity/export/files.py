"""Files of an export: written whole or not at all, and listed with their digests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import orjson
import polars as pl

Format = Literal["parquet", "csv"]
FORMATS: tuple[Format, ...] = ("parquet", "csv")
MANIFEST = "manifest.json"
_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
RFC_3339 = "%Y-%m-%dT%H:%M:%S%.3fZ"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: its name in the folder, its rows, its digest."""

    file: str
    rows: int
    sha256: str


def write_bytes(folder: Path, name: str, content: bytes, *, rows: int) -> Written:
    """Write a file whole: readers see the old one or the new one, never a part."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.write_bytes(content)
    os.replace(unfinished, target)
    return Written(name, rows, hashlib.sha256(content).hexdigest())


def write_table(folder: Path, name: str, rows: pl.DataFrame, *, format: Format) -> Written:
    """Write a table as ``<name>.parquet`` (zstd) or ``<name>.csv``.

    CSV is UTF-8 with a header, lines end in LF, fields are quoted where they must be, instants are
    RFC 3339 in UTC with milliseconds, lists are JSON arrays, and an empty field is no value.
    """
    target = folder / f"{name}.{format}"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    if format == "parquet":
        rows.write_parquet(unfinished, compression="zstd")
    else:
        _flat(rows).write_csv(unfinished, datetime_format=RFC_3339)
    with unfinished.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    os.replace(unfinished, target)
    return Written(target.name, rows.height, digest)


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Write lists as JSON arrays: CSV has none."""
    lists = [c for c, kind in rows.schema.items() if isinstance(kind, pl.List)]
    packed = [
        pl.Series(
            name,
            [None if v is None else orjson.dumps(v.to_list()).decode() for v in rows[name]],
            dtype=pl.String,
        )
        for name in lists
    ]
    return rows.with_columns(packed)


def write_manifest(folder: Path, files: Iterable[Written], **facts: Any) -> Written:
    """Write the list of files with their digests, and what they say the state of."""
    listed = [asdict(f) for f in files]
    content = orjson.dumps({**facts, "files": listed}, option=_PRETTY)
    return write_bytes(folder, MANIFEST, content, rows=len(listed))
