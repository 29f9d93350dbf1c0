"""The tables of a project as files: everything an analyst or a warehouse asks of the graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from identity.errors import FixInput
from identity.export import contract_entities, contract_journeys, entities, journeys, resolution
from identity.export.columns import TableSpec, shape
from identity.export.entities import Usage
from identity.export.files import FORMATS, Format, Written, write_manifest, write_table
from identity.export.reading import Project, Reader
from identity.model.instants import iso
from identity.progress import Progress, silent

TABLES: tuple[TableSpec, ...] = (*contract_entities.TABLES, *contract_journeys.TABLES)

_OF_THE_GRAPH: dict[str, Callable[[Reader], pl.DataFrame]] = {
    "memberships": resolution.memberships,
    "identifiers": resolution.identifiers,
    "redirects": resolution.redirects,
    "opportunities": resolution.opportunities,
    "evidence": resolution.evidence,
    "refused": resolution.refused,
    "reviews": resolution.reviews,
    "events": journeys.events,
    "sessions": journeys.sessions,
    "stages": journeys.stages,
    "journeys": journeys.journeys,
    "credit": journeys.credit,
    "spend": journeys.spend,
    "quarantine": resolution.quarantine,
    "changes": resolution.changes,
}
_OF_USAGE: dict[str, Callable[[Reader, Usage], pl.DataFrame]] = {
    "contacts": entities.contacts,
    "companies": entities.companies,
    "workspaces": entities.workspaces,
    "user_workspaces": entities.user_workspaces,
}


def table(reader: Reader, use: Usage, spec: TableSpec) -> pl.DataFrame:
    """Give one table in its declared shape."""
    of_usage = _OF_USAGE.get(spec.name)
    rows = of_usage(reader, use) if of_usage else _OF_THE_GRAPH[spec.name](reader)
    return shape(spec, rows)


def export_tables(
    project: Project, out: Path, *, format: Format = "parquet", progress: Progress = silent
) -> list[Written]:
    """Write all tables of a project into a folder, with ``manifest.json``.

    The files are a function of the graph and its newest run: exported again without a change they
    are the same bytes.

    Args:
        project: an open project.
        out: the folder; made where it is missing.
        format: parquet or csv.
        progress: hears which table is written.

    Raises:
        FixInput: the format is unknown, or the project has not run yet.
        KeyTwice: two rows of a table have one key.
    """
    if format not in FORMATS:
        raise FixInput(f"there is no format {format!r}", fix=f"Formats: {', '.join(FORMATS)}.")
    reader = Reader.of(project)
    progress.step("reading how products are used")
    use = Usage.of(reader)
    written: list[Written] = []
    for spec in TABLES:
        progress.step(f"writing {spec.name}")
        written.append(write_table(out, spec.name, table(reader, use, spec), format=format))
    write_manifest(
        out,
        written,
        project=project.config.project,
        format=format,
        run=reader.run,
        as_of=iso(reader.as_of_ms),
    )
    return written
