"""Files in and out of the batch engine: Parquet, checked before anything is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from polars.io.plugins import register_io_source

from identity.errors import FileError, FixInput, Where
from identity.resolve.batch.ahead import ahead

if TYPE_CHECKING:
    from identity.resolve.batch.engine import Resolving

FAST_FROM = 3_000_000  # rows of evidence from which compiled code is worth loading
PART_ROWS = 1 << 20  # as most writers group them
_EVIDENCE: dict[str, type[pl.DataType]] = {
    "src": pl.String,
    "dst": pl.String,
    "strength": pl.Float64,
}
_RESOLVED: dict[str, type[pl.DataType]] = {"identifier": pl.String, "canonical": pl.String}
# anchors, cannot-link pairs, a previous result
Others = tuple[pl.DataFrame | None, pl.DataFrame | None, pl.DataFrame | None]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch gave, in numbers."""

    edges: int
    identifiers: int
    clusters: int
    refused: int

    def as_dict(self) -> dict[str, int]:
        """Give plain data."""
        return asdict(self)


def resolve_files(
    evidence: Path,
    out: Path,
    *,
    anchors: Path | None = None,
    cannot_link: Path | None = None,
    previous: Path | None = None,
    fast: bool | None = None,
) -> BatchResult:
    """Resolve files and write ``resolved.parquet`` and ``refused.parquet`` into a folder.

    ``fast``: whether to use compiled code (the extra ``fast``); None: where it is installed and the
    evidence is large enough for it. The result is the same.

    Raises:
        FileError: a file is missing, not Parquet, or lacks a column.
        FixInput: null ids or strengths, a cannot-link pair inside one key; compiled code was asked
            for and is not installed.
    """
    _check(evidence, _EVIDENCE)
    installed = find_spec("numba") is not None
    if fast and not installed:
        raise FixInput("numba is not installed", fix="pip install 'identity-graph[fast]'")
    rows = int(pl.scan_parquet(evidence).select(pl.len()).collect().item())
    if fast is None:
        fast = installed and rows >= FAST_FROM
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
        others = pool.submit(_others, anchors, cannot_link, previous)
        if fast:
            found = _resolve_fast(evidence, rows, others)
        else:
            found = _resolve_plain(evidence, others)
        out.mkdir(parents=True, exist_ok=True)
        identifiers, clusters = _write_clusters(found, out / "resolved.parquet")
        refused = found.refused()
        refused.write_parquet(out / "refused.parquet", compression="lz4", statistics=False)
    return BatchResult(found.edges, identifiers, clusters, refused.height)


def _others(anchors: Path | None, cannot_link: Path | None, previous: Path | None) -> Others:
    return (
        _read_anchors(anchors),
        _read(cannot_link, {"a": pl.String, "b": pl.String}),
        _read(previous, _RESOLVED),
    )


def _resolve_fast(evidence: Path, rows: int, others: Future[Others]) -> Resolving:
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as pool:
        coming = ahead(pool, _parts(evidence, rows))
        # what needs numpy is imported while the first rows are read
        from identity.resolve.batch import compiled
        from identity.resolve.batch.clusters import Engine
        from identity.resolve.batch.engine import resolve_coded
        from identity.resolve.batch.streaming import stream

        held, bans, before = others.result()
        coded = stream(coming, held, rows=rows)
    return resolve_coded(coded, bans, before, Engine(compiled.components, compiled.partition))


def _resolve_plain(evidence: Path, others: Future[Others]) -> Resolving:
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as pool:
        coming = pool.submit(_checked, evidence, _EVIDENCE)
        # as `_resolve_fast`
        from identity.resolve.batch.coding import code
        from identity.resolve.batch.engine import resolve_coded

        held, bans, before = others.result()
        return resolve_coded(code(coming.result(), held), bans, before)


def _write_clusters(found: Resolving, path: Path) -> tuple[int, int]:
    """Write each share of the clusters while the next one is worked out.

    Gives the number of identifiers and of clusters.
    """
    shares: list[tuple[int, int]] = []

    def frames(*_: object) -> Iterator[pl.DataFrame]:
        for share in found.clusters:
            shares.append((share.frame.height, share.clusters))
            yield share.frame

    # smallest and largest ids of unordered rows help nobody find a row
    register_io_source(frames, schema=_RESOLVED).sink_parquet(
        path, compression="lz4", statistics=False
    )
    return sum(rows for rows, _ in shares), sum(clusters for _, clusters in shares)


def _parts(path: Path, rows: int) -> Iterator[pl.DataFrame]:
    """Read evidence in parts; of none there is one empty part."""
    for start in range(0, max(rows, 1), PART_ROWS):
        part = pl.scan_parquet(path).select(list(_EVIDENCE)).slice(start, PART_ROWS).collect()
        yield _typed(part, _EVIDENCE, path, first=start)


def _check(path: Path, columns: dict[str, type[pl.DataType]]) -> None:
    where = Where(file=str(path))
    if not path.is_file():
        raise FileError("there is no such file", where=where)
    try:
        known = pl.read_parquet_schema(path)
    except pl.exceptions.PolarsError as error:
        raise FileError(f"is not a Parquet file: {error}", where=where) from error
    missing = [c for c in columns if c not in known]
    if missing:
        raise FileError(f"lacks the columns {missing}", where=where, fix=f"It has: {list(known)}.")


def _read(path: Path | None, columns: dict[str, type[pl.DataType]]) -> pl.DataFrame | None:
    if path is None:
        return None
    _check(path, columns)
    return _checked(path, columns)


def _checked(path: Path, columns: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    # one file of one row group is decoded by one thread, unless its columns are read side by side
    with ThreadPoolExecutor(2, thread_name_prefix="columns") as pool:
        read = pool.map(lambda name: pl.read_parquet(path, columns=[name]), columns)
        return _typed(pl.concat(read, how="horizontal"), columns, path)


def _typed(
    frame: pl.DataFrame, columns: dict[str, type[pl.DataType]], path: Path, first: int = 0
) -> pl.DataFrame:
    for name, kind in columns.items():
        if frame.schema[name] != kind:
            frame = frame.with_columns(pl.col(name).cast(kind))
        if frame[name].null_count():
            row = first + int(frame[name].is_null().arg_max() or 0)
            raise FixInput(f"{name} is null", where=Where(file=str(path), row=row, column=name))
    return frame


def _read_anchors(path: Path | None) -> pl.DataFrame | None:
    frame = _read(path, {"identifier": pl.String, "namespace": pl.String})
    if path is None or frame is None:
        return None
    if "key" not in pl.read_parquet_schema(path):
        return frame.with_columns(key=pl.col("identifier"))
    keys = pl.read_parquet(path, columns=["key"])["key"].cast(pl.String)
    return frame.with_columns(key=keys).with_columns(pl.coalesce("key", "identifier"))
