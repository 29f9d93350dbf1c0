"""Sources: which files hold which tables, and reading all of them into one batch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from identity.config import Config, SourceConfig, TimeColumn
from identity.errors import FileError, Where
from identity.ingest import custom, events, readers, records, tables
from identity.ingest.columns import Columns, Context
from identity.ingest.spec import (
    AssociationTable,
    ConsentTable,
    DecisionTable,
    EventTable,
    FieldHistoryTable,
    RecordTable,
    SpendTable,
    TableSpec,
    canonical,
)
from identity.ingest.systems import PRESETS, UTC_SYSTEMS
from identity.model.facts import Batch, Problem
from identity.model.instants import Clock
from identity.progress import Progress, silent

SUFFIXES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".parquet")
DAY_MS = 86_400_000

_READERS: dict[type[TableSpec], Callable[[Columns, TableSpec, Batch], None]] = {
    RecordTable: records.read,  # type: ignore[dict-item]  # each reader takes its own table type
    EventTable: events.read,  # type: ignore[dict-item]
    FieldHistoryTable: tables.read_field_history,  # type: ignore[dict-item]
    AssociationTable: tables.read_associations,  # type: ignore[dict-item]
    SpendTable: tables.read_spend,  # type: ignore[dict-item]
    DecisionTable: tables.read_decisions,  # type: ignore[dict-item]
    ConsentTable: tables.read_consents,  # type: ignore[dict-item]
}


def read_all(config: Config, *, run: int, as_of_ms: int, progress: Progress = silent) -> Batch:
    """Read every source of a project.

    Raises:
        FileError: a file is missing or cannot be a table; nothing was applied.
    """
    batch = Batch()
    for source in config.sources:
        context = context_of(config, source, run, as_of_ms)
        for spec, path in locate(config, source, batch.notes):
            shown = shown_as(config, path)
            progress.step(f"reading {shown}")
            read_table(source, context, (spec, path, shown), batch)
    return batch


def files_of(config: Config) -> dict[str, Path]:
    """Give the files that the project's sources are read from, by the names messages use."""
    return {
        shown_as(config, path): path
        for source in config.sources
        for _, path in locate(config, source, [])
    }


def read_table(
    source: SourceConfig, context: Context, place: tuple[TableSpec, Path, str], batch: Batch
) -> None:
    """Read one file into a batch; ``place``: what it is, where it lies, how messages call it."""
    spec, path, shown = place
    table = readers.read(path, shown, readers.Format(source.encoding, source.delimiter))
    columns = Columns(table, context, source.columns.get(spec.name, {}))
    if source.system == "custom":
        for name in custom.columns_of(source):
            columns.require(name)
    _READERS[type(spec)](columns, spec, batch)
    batch.read[shown] = batch.read.get(shown, 0) + table.read
    batch.problems.extend(columns.problems)
    batch.problems.extend(
        Problem(
            code=bad.code,
            message=bad.message,
            fix="Correct the row in the source and export it again.",
            source=context.source,
            file=shown,
            row=bad.row,
            column=None,
            scope="row",
            masked=bad.masked,
        )
        for bad in table.bad
    )


def context_of(config: Config, source: SourceConfig, run: int, as_of_ms: int) -> Context:
    """Give what a source's tables are read with."""
    systems = {s.source_name: s.system for s in config.sources}
    by_system: dict[str, str] = {}
    for other in config.sources:
        by_system.setdefault(other.system, other.source_name)
    return Context(
        source=source.source_name,
        system=source.system,
        clock=_clock(config, source, as_of_ms),
        run=run,
        as_of_ms=as_of_ms,
        by_system=by_system,
        systems=dict(systems),
        product=source.product or _product(config, source),
        region=source.default_region,
        currency=source.currency or config.attribution.currency.base,
        decimal=source.decimal,
        kinds=config.identifier_kinds,
    )


def _product(config: Config, source: SourceConfig) -> str | None:
    """Give the source whose user ids a tracking source carries: the project's only product."""
    if source.system == "product" or source.object in ("user", "workspace"):
        return source.source_name
    products = [
        s.source_name
        for s in config.sources
        if s.system == "product" or (s.system == "custom" and s.object == "user")
    ]
    return products[0] if len(products) == 1 else None


def _clock(config: Config, source: SourceConfig, as_of_ms: int) -> Clock:
    declared = [
        t for t in (source.at, source.updated_at, source.created_at) if isinstance(t, TimeColumn)
    ]
    zone = source.timezone or next((t.timezone for t in declared if t.timezone), None)
    if zone is None and source.system in UTC_SYSTEMS:
        zone = "UTC"
    earliest = datetime.fromisoformat(config.ingest.plausible_from).replace(tzinfo=UTC)
    return Clock(
        zone=zone,
        pattern=next((t.format for t in declared if t.format), None),
        unit=next((t.unit for t in declared if t.unit), None),
        earliest_ms=int(earliest.timestamp() * 1000),
        latest_ms=as_of_ms + config.ingest.future_days * DAY_MS,
    )


def locate(
    config: Config, source: SourceConfig, notes: list[str]
) -> Iterator[tuple[TableSpec, Path]]:
    """Find the files of a source, each with what it is; ``notes`` hears of tables it lacks.

    An optional source that is not there, or is an empty folder, has no files.

    Raises:
        FileError: there is no such folder, or none of its tables in it.
    """
    base = config.resolve_path(source.path)
    if source.optional and not (any(base.iterdir()) if base.is_dir() else base.exists()):
        notes.append(f"{shown_as(config, base)}: is not there; the source is optional")
        return
    if source.system == "custom":
        systems = {s.source_name: s.system for s in config.sources}
        yield custom.table_of(source, systems, config.identifier_kinds), base
        return
    presets = PRESETS[source.system]
    _check_tables(source, presets)
    if base.is_file():
        yield _preset_of_file(base, presets), base
        return
    if not base.is_dir():
        raise FileError(
            f"the source {source.source_name!r} has no such folder",
            where=Where(file=shown_as(config, base)),
            fix="Correct its path in identity.yaml.",
        )
    yield from _in_folder(config, source, base, notes)


def _in_folder(
    config: Config, source: SourceConfig, base: Path, notes: list[str]
) -> Iterator[tuple[TableSpec, Path]]:
    presets = PRESETS[source.system]
    files = {f: canonical(f.stem) for f in sorted(base.iterdir()) if f.suffix in SUFFIXES}
    found = 0
    for spec in presets:
        named = source.tables.get(spec.name)
        if named is not None:
            yield spec, base / named
            found += 1
            continue
        wanted = [canonical(name) for name in spec.files]
        matches = [f for f, stem in files.items() if _stem(stem) in wanted]
        found += len(matches)
        yield from ((spec, match) for match in matches)
        if not matches:
            notes.append(f"{shown_as(config, base)}: no table {spec.name!r}")
    if not found:
        names = ", ".join(spec.files[0] for spec in presets)
        raise FileError(
            f"the folder of source {source.source_name!r} has none of its tables ({names})",
            where=Where(file=shown_as(config, base)),
            fix="Correct its path, or name the files under 'tables'.",
        )


def _stem(stem: str) -> str:
    """Drop a trailing date or part number: Account_2026-11-01 is a table Account."""
    return re.sub(r"[0-9]+$", "", stem) or stem


def _check_tables(source: SourceConfig, presets: tuple[TableSpec, ...]) -> None:
    known = {spec.name for spec in presets}
    for name in (*source.tables, *source.columns):
        if name not in known:
            raise FileError(
                f"the system {source.system!r} has no table {name!r}",
                where=Where(key=f"sources.{source.source_name}"),
                fix=f"Its tables: {', '.join(sorted(known))}.",
            )


def _preset_of_file(path: Path, presets: tuple[TableSpec, ...]) -> TableSpec:
    stem = _stem(canonical(path.stem))
    for spec in presets:
        if stem in [canonical(name) for name in spec.files]:
            return spec
    return presets[0]


def shown_as(config: Config, path: Path) -> str:
    """Name a file as a person does: relative to the project's folder where it lies in it."""
    try:
        return str(path.relative_to(config.root))
    except ValueError:
        return str(path)
