"""The commands that keep a graph: back up, restore, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from identity.store.backup import Manifest

keep_app = typer.Typer()


@keep_app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    quiet: Quiet = False,
) -> None:
    """Write the whole graph into one file, for either store.

    It holds personal data; only its owner can read it.
    """
    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            made = graph.backup(file, progress=progress)
    shown = {"file": str(file), **_shown(made)}
    _print(shown, output)


@keep_app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that 'identity backup' wrote.")],
    project: Project = HERE,
    store: StoreKind = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Also derive everything anew and compare.")
    ] = False,
    output: Output = "text",
    quiet: Quiet = False,
) -> None:
    """Load a backup into an empty store and compare every row.

    Ids, decisions and the change feed are those of the backup, on whatever store it was made. Who
    was erased since, by the project's list of erasures, is erased once more.
    """
    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            made = graph.restore(file, progress=progress)
            found = graph.verify(progress=progress) if verify else None
        shown = {"store": graph.store.location, **_shown(made.manifest)}
        shown["erased_again"] = len(made.erasures)
    if found is not None:
        shown["verified"] = found.sound
    _print(shown, output)
    if found is not None and not found.sound:
        raise typer.Exit(6)


@keep_app.command()
def verify(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    quiet: Quiet = False,
) -> None:
    """Derive everything anew and compare. On a private copy; exit 6 where it differs."""
    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            found = graph.verify(progress=progress)
    if output == "json":
        print_json(found.as_dict())
    else:
        lines = [f"{name:24}{rows:>10,} rows differ" for name, rows in found.differences.items()]
        if found.changes:
            lines.append(f"{'change feed':24}{found.changes:>10,} rows would be added")
        print_lines(lines or [f"run {found.run}: as its facts and rules give, {found.digest}"])
    if not found.sound:
        raise typer.Exit(6)


def _print(shown: dict[str, object], output: Output) -> None:
    print_json(shown) if output == "json" else print_lines(f"{k:14}{v}" for k, v in shown.items())


def _shown(made: Manifest) -> dict[str, object]:
    return {
        "project": made.project,
        "run": made.run,
        "nodes": made.nodes,
        "edges": made.edges,
        "digest": made.digest,
    }
