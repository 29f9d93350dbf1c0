"""Check a source without applying it: is it there, do its columns fit, are its first rows good?

Only the beginning of each file is read, so that a look at a large source is quick.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from identity.config import Config, SourceConfig
from identity.ingest.sources import context_of, locate, read_table, shown_as
from identity.model.facts import Batch, Problem

HEAD_BYTES = 1 << 20
HEAD_ROWS = 5_000
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What the first rows of a source's files are like.

    ``files`` as messages call them; ``rows`` that were read; ``problems`` with rows and fields of
    them; ``notes`` on tables that the source has not.
    """

    source: str
    files: tuple[str, ...]
    rows: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def check_source(config: Config, source: SourceConfig, *, as_of_ms: int) -> SourceCheck:
    """Read the beginning of every file of a source.

    Raises:
        FixInput: a file is missing, or cannot be a table.
    """
    batch = Batch()
    context = context_of(config, source, 0, as_of_ms)
    files = []
    with tempfile.TemporaryDirectory(prefix="identity-check-") as folder:
        for spec, path in locate(config, source, batch.notes):
            shown = shown_as(config, path)
            read_table(source, context, (spec, head(path, Path(folder)), shown), batch)
            files.append(shown)
    return SourceCheck(
        source.source_name,
        tuple(files),
        sum(batch.read.values()),
        tuple(batch.problems),
        tuple(batch.notes),
    )


def head(path: Path, folder: Path) -> Path:
    """Give a file with the beginning of another: itself where it is small."""
    if not path.is_file() or path.stat().st_size <= HEAD_BYTES:
        return path
    small = folder / path.name
    if path.suffix.lower() == ".parquet":
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(batch_size=HEAD_ROWS))
        with pq.ParquetWriter(small, batch.schema) as writer:
            writer.write_batch(batch)
        return small
    with path.open("rb") as file:
        data = file.read(HEAD_BYTES)
    small.write_bytes(_whole_records(data, quoted=path.suffix.lower() not in JSON_SUFFIXES))
    return small


def _whole_records(data: bytes, *, quoted: bool) -> bytes:
    """Cut at the last end of a line, where fields may be quoted at one that lies in none."""
    end = data.rfind(b"\n")
    while quoted and end > 0 and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, end)
    return data[: end + 1]
