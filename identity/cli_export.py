"""The commands that write files for other systems: parse, call, print what was written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from identity.cli_common import (
    HERE,
    Output,
    Project,
    Quiet,
    StoreKind,
    Terminal,
    open_project,
    print_json,
    print_lines,
)

export_app = typer.Typer(help="Write files for warehouses and other systems.")
Out = Annotated[Path | None, typer.Option("--out", help="Folder for the files.")]


def _folder(out: Path | None) -> Path:
    if out is None:
        raise typer.BadParameter("name a folder", param_hint="--out")
    return out


@export_app.command("tables")
def export_tables_command(
    out: Out = None,
    format: Annotated[
        Literal["parquet", "csv"], typer.Option("--format", help="Form of the files.")
    ] = "parquet",
    describe: Annotated[
        bool, typer.Option("--describe", help="Only print what the tables look like.")
    ] = False,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    quiet: Quiet = False,
) -> None:
    """Write all tables. Contacts, companies, events, journeys, credit and others."""
    from identity.export import reference
    from identity.export.tables import export_tables

    if describe:
        typer.echo(reference.page(), nl=False)
        return
    folder, progress = _folder(out), Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            written = export_tables(graph, folder, format=format, progress=progress)
    if output == "json":
        print_json({f.file: {"rows": f.rows, "sha256": f.sha256} for f in written})
        return
    print_lines(f"{f.file:28}{f.rows:>12,} rows" for f in written)


@export_app.command("merge-suggestions")
def export_merge_suggestions_command(
    out: Out = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Write what the owners of a CRM should merge."""
    from identity.export.merges import export_merge_suggestions

    folder = _folder(out)
    with open_project(project, store) as graph:
        written = export_merge_suggestions(graph, folder)
    if output == "json":
        print_json({written.file: {"rows": written.rows, "sha256": written.sha256}})
        return
    print_lines([f"{written.file:28}{written.rows:>12,} rows"])


@export_app.command("braze")
def export_braze_command(
    out: Out = None,
    check: Annotated[
        bool, typer.Option("--check", help="Then read every file again, by Braze's limits.")
    ] = False,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    quiet: Quiet = False,
) -> None:
    """Write what Braze does not know yet. Profiles, links, aliases, merges, catalogs."""
    from identity.export import braze

    folder, progress = _folder(out), Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            made = braze.export_braze(graph, folder, progress=progress)
    checked = braze.check(folder) if check else None
    if output == "json":
        print_json({**made.counts, "files": len(made.files), "checked": checked})
        return
    print_lines(f"{name.replace('_', ' '):24}{count:>10,}" for name, count in made.counts.items())
    if checked is not None:
        print_lines([f"{checked} files read again: Braze would take all of it"])
