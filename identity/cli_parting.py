"""Commands that take merges back and take identifiers out; they show first and write with --yes."""

from __future__ import annotations

from typing import Annotated, Any

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

parting_app = typer.Typer()

Actor = Annotated[str | None, typer.Option(help="Who decides.")]
Reason = Annotated[str | None, typer.Option(help="Why.")]
Yes = Annotated[bool, typer.Option("--yes", help="Write it; else only show what would change.")]
Seen = Annotated[str | None, typer.Option("--hash", help="With --yes: the hash of what was shown.")]


@parting_app.command("revert")
def revert(
    what: Annotated[
        str, typer.Argument(help="The id that a merge ended, or the entity that it went into.")
    ],
    step: Annotated[
        int | None, typer.Option(help="Instead: a step of 'identity how ENTITY'.")
    ] = None,
    actor: Actor = None,
    reason: Reason = None,
    yes: Yes = False,
    seen: Seen = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Take a merge back for good. New evidence will not join the two again."""
    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            answer = graph.revert(
                what,
                as_of_ms=now_ms(as_of),
                step=step,
                actor=actor,
                reason=reason,
                composition=seen,
                write=yes,
                progress=progress,
            )
    more = f" --step {step}" if step is not None else ""
    _show(answer, output, f"identity decisions revert {what}{more}")


@parting_app.command("extract")
def extract(
    identifier: Annotated[str, typer.Argument(help="An e-mail, a domain or an identifier.")],
    entity: Annotated[
        str | None, typer.Option(help="Its contact or company, where it stands for several.")
    ] = None,
    actor: Actor = None,
    reason: Reason = None,
    yes: Yes = False,
    seen: Seen = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Take one identifier out of its contact or company for good."""
    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            answer = graph.extract(
                identifier,
                as_of_ms=now_ms(as_of),
                entity=entity,
                actor=actor,
                reason=reason,
                composition=seen,
                write=yes,
                progress=progress,
            )
    more = f" --entity {entity}" if entity is not None else ""
    _show(answer, output, f"identity decisions extract {identifier}{more}")


def _show(answer: dict[str, Any], output: str, command: str) -> None:
    from identity.reviewing import text

    if output == "json":
        print_json(answer)
    else:
        print_lines(text.parting_lines(answer, command=command))
