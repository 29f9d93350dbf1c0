"""Commands that explain: why-not, how, what-if, repair."""

from __future__ import annotations

from typing import Annotated

import typer

from identity.cli_common import (
    HERE,
    AsOf,
    Output,
    Project,
    Quiet,
    StoreKind,
    Terminal,
    now_ms,
    open_project,
    print_json,
    print_lines,
)

explain_app = typer.Typer()
Entity = Annotated[str, typer.Argument(help="A canonical id: con_… or com_…")]


@explain_app.command("why-not")
def why_not(
    left: Annotated[str, typer.Argument(help="An e-mail, a domain or an identifier.")],
    right: Annotated[str, typer.Argument()],
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Explain what keeps two identifiers apart."""
    from identity.explain import text

    with open_project(project, store) as graph:
        answer = graph.why_not(left, right)
    if output == "json":
        print_json(answer.as_dict())
    else:
        print_lines(text.why_lines(answer))


@explain_app.command()
def how(
    entity: Entity, project: Project = HERE, store: StoreKind = None, output: Output = "text"
) -> None:
    """Show the merges by which an entity came together, in order."""
    from identity.explain import text

    with open_project(project, store) as graph:
        answer = graph.how(entity)
    if output == "json":
        print_json(answer.as_dict())
    else:
        print_lines(text.how_lines(answer))


@explain_app.command()
def repair(
    entity: Entity,
    left: Annotated[str | None, typer.Option(help="A member of one part.")] = None,
    right: Annotated[str | None, typer.Option(help="A member of the other part.")] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Find the weakest evidence that holds an entity together."""
    from identity.explain import text

    with open_project(project, store) as graph:
        answer = graph.repair(entity, left, right)
    if output == "json":
        print_json(answer.as_dict())
    else:
        print_lines(text.repair_lines(answer))


@explain_app.command("what-if")
def what_if(
    without_decision: Annotated[str | None, typer.Option(help="Leave a decision out.")] = None,
    without_record: Annotated[str | None, typer.Option(help="Leave a record out.")] = None,
    without_evidence: Annotated[
        tuple[str, str] | None, typer.Option(help="Leave the evidence between two out.")
    ] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Show what would be without a decision, record or edge."""
    from identity.explain import text

    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            found = graph.what_if(
                decision=without_decision,
                record=without_record,
                evidence=without_evidence,
                as_of_ms=now_ms(as_of),
                progress=progress,
            )
    if output == "json":
        print_json(found.as_dict())
    else:
        print_lines(text.effect_lines(found))
