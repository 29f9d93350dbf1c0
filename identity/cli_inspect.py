"""Commands that look into a project: quarantine, timeline, journey, credit, sources."""

from __future__ import annotations

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

inspect_app = typer.Typer()

Dimension = Literal["channel", "source", "campaign", "landing", "content", "country"]
FIRST_MONTH, LAST_MONTH = "0001-01", "9999-12"


@inspect_app.command()
def quarantine(project: Project = HERE, store: StoreKind = None, output: Output = "text") -> None:
    """List the rows and fields that could not be used, and why."""
    from identity import tables_text

    with open_project(project, store) as graph:
        rows = graph.quarantine()
    if output == "json":
        print_json(rows)
        return
    names = ("file", "row", "column", "scope", "code", "message", "masked")
    print_lines(tables_text.lines([{n: str(r[n] or "") for n in names} for r in rows]))


@inspect_app.command()
def timeline(
    what: Annotated[
        str, typer.Argument(help="An id (con_…, com_…), an e-mail, a domain or an identifier.")
    ],
    limit: Annotated[int, typer.Option(min=1, help="Show this many of the newest entries.")] = 50,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Show what a contact or a company did and reached, in order."""
    from identity.explain import text

    with open_project(project, store) as graph:
        answer = graph.timeline(what)
    if output == "json":
        print_json(answer)
    else:
        print_lines(text.timeline_lines(answer, most=limit))


@inspect_app.command()
def journey(
    stage: Annotated[
        str, typer.Argument(help="A stage's id (stg_…), or the identifier that reached it.")
    ],
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Show a stage and all sessions before it."""
    from identity import tables_text
    from identity.model.instants import iso

    with open_project(project, store) as graph:
        answer = graph.journey(stage)
    if output == "json":
        print_json(answer)
        return
    typer.echo(f"{answer['stage']['name']}  reached {answer['stage']['at']}")
    shown = ("kind", "channel", "campaign", "landing_path", "milestones", "people")
    print_lines(
        tables_text.lines(
            [{"at": iso(s["at_ms"]), **{n: s[n] for n in shown}} for s in answer["sessions"]]
        )
    )


@inspect_app.command()
def credit(
    by: Annotated[Dimension, typer.Option("--by", help="What to sum credit by.")] = "channel",
    model: Annotated[str, typer.Option("--model", help="Attribution model.")] = "linear",
    stage: Annotated[
        str | None, typer.Option("--stage", help="Kind of stage; default: the won deals.")
    ] = None,
    from_month: Annotated[str, typer.Option("--from", help="First month, 2026-01.")] = FIRST_MONTH,
    to_month: Annotated[str, typer.Option("--to", help="Last month.")] = LAST_MONTH,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Sum up credit. By channel, source, campaign, landing page, content or country."""
    from identity import tables_text
    from identity.model.money import exponent

    with open_project(project, store) as graph:
        rows = graph.credit(by, model=model, stage=stage, months=(from_month, to_month))
        currency = graph.config.attribution.currency.base
    if output == "json":
        print_json(rows)
        return
    scale, digits = 10 ** exponent(currency), exponent(currency)
    typer.echo(f"credit by {by}, {model}, in {currency}")
    print_lines(
        tables_text.lines(
            [
                {
                    by: row["bucket"],
                    "stages": row["stages"],
                    "sessions": row["sessions"],
                    "weight": row["weight"],
                    "value": f"{row['value_minor'] / scale:,.{digits}f}",
                }
                for row in rows
            ]
        )
    )


sources_app = typer.Typer(help="Look at the sources of a project.")
inspect_app.add_typer(sources_app, name="sources")


@sources_app.command()
def check(project: Project = HERE, output: Output = "text") -> None:
    """Read the beginning of every source. Without a graph; exit 1 where one cannot be used."""
    from identity import config as configuration
    from identity.doctor import Report
    from identity.doctor.project import sources

    config = configuration.load(project)
    report = Report(config.project, tuple(sources(config, now_ms(None))))
    print_json(report.as_dict()) if output == "json" else print_lines(report.lines())
    if not report.healthy:
        raise typer.Exit(1)
