"""The command that writes the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from identity.cli_common import HERE, Output, Project, StoreKind, open_project, print_json

report_app = typer.Typer()

DEFAULT = Path("reports") / "identity.html"


@report_app.command()
def report(
    project: Project = HERE,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file; default: reports/identity.html of the project."),
    ] = None,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Write what the graph knows as one HTML file."""
    from identity.explain.report import write_report

    with open_project(project, store) as graph:
        written = write_report(graph, out or graph.config.root / DEFAULT).resolve()
    print_json({"report": str(written)}) if output == "json" else typer.echo(written)
