"""Commands that watch a graph: what changed, and how it is."""

from __future__ import annotations

from typing import Annotated

import typer

from identity.cli_common import (
    HERE,
    Output,
    Project,
    StoreKind,
    open_project,
    print_json,
    print_lines,
)

watch_app = typer.Typer()
PAGE = 2_000


@watch_app.command()
def changes(
    since: Annotated[int, typer.Option(min=0, help="Rows after this number.")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--type", help="Only this type of change; repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Show what changed, in order, and why: the change feed."""
    import orjson

    from identity.explain import feed

    as_json = as_json or output == "json"
    at, left, shown, more = since, limit, 0, True
    with open_project(project, store) as graph:
        while more and left != 0:
            size = PAGE if left is None else min(PAGE, left)
            page = graph.changes(since=at, limit=size, kinds=kind or ())
            if as_json:
                print_lines(orjson.dumps(row).decode() for row in page.rows)
            else:
                print_lines(feed.lines(page))
            at, more, shown = page.next_since, page.has_more, shown + len(page.rows)
            left = None if left is None else left - len(page.rows)
    if not as_json and not shown:
        typer.echo(f"nothing changed after {since:,}")
    elif not as_json and more:
        typer.echo(f"there is more: --since {at}")


@watch_app.command()
def health(
    runs: Annotated[int, typer.Option(min=1, help="Runs of the trend.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Show figures of health. With their bands and trends; exit 1 where one is out."""
    from identity.explain import health_text

    with open_project(project, store) as graph:
        found = graph.health(runs=runs)
    if as_json or output == "json":
        print_json(found.as_dict())
    else:
        print_lines(health_text.lines(found))
    if not found.healthy:
        raise typer.Exit(1)
