"""Commands that erase a person, and let the person come back."""

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

erase_app = typer.Typer()


@erase_app.command()
def erase(
    person: Annotated[
        str, typer.Argument(help="An e-mail, an identifier in full, or the id of a contact.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Erase; else it is only shown.")] = False,
    plan_hash: Annotated[
        str | None, typer.Option("--plan-hash", help="Erase if the plan is still this one.")
    ] = None,
    lift: Annotated[
        bool, typer.Option("--lift", help="Let an erased person come back with the next run.")
    ] = False,
    actor: Annotated[str | None, typer.Option(help="Who erases, or lifts.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Erase a person. Without --yes or --plan-hash: show what it would do. It has no undo."""
    from identity.errors import FixInput

    if lift and (yes or plan_hash):
        raise FixInput("--lift lets a person come back: it takes neither --yes nor --plan-hash")
    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        if lift:
            lifted = graph.lift_erasure(person, actor=actor, as_of_ms=now_ms(as_of))
            if output == "json":
                print_json(lifted)
                return
            print_lines(
                [
                    f"lifted {', '.join(lifted['erasures'])}: {lifted['identifiers']:,} "
                    "identifiers may come back; 'identity run' reads what the sources have"
                ]
            )
            return
        with progress:
            if yes or plan_hash:
                done = graph.erase(
                    person,
                    actor=actor,
                    reason=reason,
                    plan_hash=plan_hash,
                    as_of_ms=now_ms(as_of),
                    progress=progress,
                ).as_dict()
            else:
                plan = graph.plan_erasure(person, as_of_ms=now_ms(as_of), progress=progress)
    from identity.erase import text

    if yes or plan_hash:
        print_json(done) if output == "json" else print_lines(text.receipt_lines(done))
        return
    if output == "json":
        print_json(plan.as_dict())
        return
    from identity.explain.text import effect_lines

    print_lines(text.plan_lines(plan.as_dict()))
    assert plan.effects is not None
    print_lines(["", "what would follow:", *effect_lines(plan.effects)])
    print_lines(["", f"'identity erase … --plan-hash {plan.hash}' does exactly this, for good."])


@erase_app.command()
def erasures(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """List erasures. Who, when, why, how much; of the erased nothing is known any more."""
    from identity import tables_text

    with open_project(project, store) as graph:
        rows = graph.erasures()
    if output == "json":
        print_json(rows)
        return
    names = ("id", "at", "actor", "reason", "lifted_by")
    print_lines(tables_text.lines([{n: r[n] for n in names} for r in rows]))
