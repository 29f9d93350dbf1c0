"""Commands about a project as a whole: init, doctor, serve, schema."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from identity.cli_common import (
    HERE,
    Output,
    Project,
    StoreKind,
    now_ms,
    open_project,
    print_json,
    print_lines,
)

project_app = typer.Typer()


@project_app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The project's folder.")] = HERE,
    template: Annotated[
        Literal["acme", "blank"], typer.Option("--template", help="acme comes with sample data.")
    ] = "blank",
    seed: Annotated[int, typer.Option(help="Seed of the sample data.")] = 7,
    scale: Annotated[float, typer.Option(help="Size of the sample data.")] = 1.0,
) -> None:
    """Make a project; nothing that exists is overwritten."""
    from identity.templates import lay_out

    print_lines(f"wrote {path}" for path in lay_out(folder, template, seed=seed, scale=scale))
    typer.echo(f"next: identity run --project {folder}")


@project_app.command()
def doctor(project: Project = HERE, store: StoreKind = None, output: Output = "text") -> None:
    """Look at this machine, the project and its graph. Exit 1 where something fails."""
    from identity.doctor import examine

    report = examine(project, now_ms=now_ms(None), store_kind=store)
    print_json(report.as_dict()) if output == "json" else print_lines(report.lines())
    if not report.healthy:
        raise typer.Exit(1)


@project_app.command()
def serve(
    project: Project = HERE,
    store: StoreKind = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port to listen on; 0: a free one.")
    ] = 8080,
) -> None:
    """Serve the HTTP API. Other hosts than this machine's own need a key: IDENTITY_API_KEY.

    With the embedded store this process holds the graph: 'identity run' exits with 5 meanwhile.
    """
    from identity.api.serve import listen
    from identity.api.serve import serve as answer

    with open_project(project, store) as graph:
        listener = listen(host, port)
        key = "with the key of IDENTITY_API_KEY" if listener.needs_key else "without a key"

        def started() -> None:
            typer.echo(f"identity serves {graph.config.project} at {listener.url}, {key}")
            sys.stdout.flush()

        answer(graph, listener, started)


@project_app.command()
def schema(
    name: Annotated[str, typer.Argument(help="What to describe; 'list' names all.")] = "list",
) -> None:
    """Print the JSON Schema of an answer, or the OpenAPI document."""
    from identity.api.published import describe, names

    if name == "list":
        print_lines(names())
        return
    typer.echo(describe(name), nl=False)
