"""Backups: a whole graph as one file that either store reads.

The file is a zip of Parquet tables in the layout of `identity.store.bulk` and a manifest with the
rows and the SHA-256 of each. Facts, the id ledger, decisions and the change feed cannot be made
anew, so all of them are in it; what was derived is in it too, so that nothing needs to run.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import orjson
import polars as pl

from identity.errors import FixInput, Where
from identity.store import bulk

FORMAT = 1
MANIFEST = "manifest.json"
MIGRATIONS = "SchemaMigration"
RUNS = "Run"
"""Loaded last: a graph without a run counts as empty, so half a restore is never taken for one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of a backup."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: whose graph it is, at which run, and the tables.

    ``migrations``: the schema it was written with; ``digest``: of derived state.
    """

    project: str
    program: str
    run: int
    changes: int
    as_of_ms: int
    migrations: tuple[str, ...]
    digest: str
    tables: tuple[Kept, ...] = ()
    format: int = FORMAT

    @classmethod
    def parse(cls, content: bytes, where: Where) -> Self:
        """Read a manifest.

        Raises:
            FixInput: it is none, or of a newer program.
        """
        try:
            data = orjson.loads(content)
            if data["format"] > FORMAT:
                raise FixInput(
                    f"was written by a newer program ({data['program']})",
                    where=where,
                    fix="Use that one, or a later one.",
                )
            tables = tuple(Kept(**table) for table in data.pop("tables"))
            return cls(**{**data, "migrations": tuple(data["migrations"])}, tables=tables)
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise FixInput(f"is not a backup: {error}", where=where) from error

    @property
    def nodes(self) -> int:
        """Count the nodes."""
        return sum(t.rows for t in self.tables if "-" not in t.name)

    @property
    def edges(self) -> int:
        """Count the edges."""
        return sum(t.rows for t in self.tables if "-" in t.name)


def write(path: Path, tables: Iterable[tuple[str, pl.DataFrame]], manifest: Manifest) -> Manifest:
    """Write a backup; readable by its owner alone, and whole or not at all.

    Args:
        path: the file; it must not be there yet.
        tables: a whole graph, nodes before edges.
        manifest: what to say of it; the tables are added.

    Raises:
        FixInput: the file is there already.
    """
    if path.exists():
        raise FixInput("is there already", where=Where(file=str(path)), fix="Name another file.")
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = []
    with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        one = Path(folder) / "table.parquet"
        # The tables are compressed already.
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_STORED) as archive:
            for name, rows in tables:
                rows.write_parquet(one, compression="zstd")
                archive.write(one, _entry(name))
                kept.append(Kept(name, rows.height, _sha256(one)))
            whole = Manifest(**{**_fields(manifest), "tables": tuple(kept)})
            archive.writestr(MANIFEST, orjson.dumps(asdict(whole), option=orjson.OPT_INDENT_2))
        unfinished.chmod(0o600)
        os.replace(unfinished, path)
    return whole


def read_manifest(path: Path) -> Manifest:
    """Read what a backup says of itself.

    Raises:
        FixInput: the file is missing or not a backup, or of a newer program.
    """
    with _opened(path) as archive:
        return Manifest.parse(archive.read(MANIFEST), Where(file=str(path)))


def read(path: Path, manifest: Manifest) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give the tables of a backup in the order to load them, each checked against its sum.

    Columns that this program knows and the backup has not are null.

    Raises:
        FixInput: a table is damaged, or this program does not know it.
    """
    where = Where(file=str(path))
    known = {t.name: t for t in bulk.tables()}
    last = [t for t in manifest.tables if t.name == RUNS]
    with _opened(path) as archive:
        for kept in (*(t for t in manifest.tables if t.name != RUNS), *last):
            if kept.name not in known:
                raise FixInput(
                    f"holds {kept.name!r}, which this program does not know", where=where
                )
            rows = _table(archive, kept, where)
            schema = known[kept.name].schema
            lacking = [pl.lit(None, kind).alias(n) for n, kind in schema.items() if n not in rows]
            yield kept.name, rows.with_columns(lacking).select(*schema)


def _table(archive: zipfile.ZipFile, kept: Kept, where: Where) -> pl.DataFrame:
    try:
        content = archive.read(_entry(kept.name))
    except (KeyError, zipfile.BadZipFile) as error:
        raise FixInput(f"the table {kept.name} is damaged: {error}", where=where) from error
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise FixInput(f"the table {kept.name} is damaged: its sum differs", where=where)
    return pl.read_parquet(content)


def _opened(path: Path) -> zipfile.ZipFile:
    where = Where(file=str(path))
    if not path.is_file():
        raise FixInput("there is no such file", where=where)
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise FixInput(f"is not a backup: {error}", where=where) from error
    if MANIFEST not in archive.namelist():
        archive.close()
        raise FixInput("is not a backup: it has no manifest", where=where)
    return archive


def unequal(
    one: Iterable[tuple[str, pl.DataFrame]], other: Mapping[str, pl.DataFrame]
) -> Iterator[str]:
    """Name the tables in which two graphs differ; the order of rows and of labels is none."""
    for name, rows in one:
        if name != MIGRATIONS and not _ordered(rows).equals(_ordered(other[name])):
            yield name


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort rows by all of their columns."""
    flat = rows.with_columns(
        (pl.col(c).list.sort() if c == "labels" else pl.col(c)).list.eval(
            pl.element().cast(pl.String)
        ).list.join("\x1f").alias(c)
        for c, kind in rows.schema.items()
        if isinstance(kind, pl.List)
    )  # fmt: skip
    return flat.sort(flat.columns, nulls_last=False)


def _entry(name: str) -> str:
    return f"tables/{name}.parquet"


def _fields(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in Manifest.__slots__}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
