"""Commands for questions that wait for a person: list, show, answer."""

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

reviews_app = typer.Typer(help="Questions that wait for a person: list, show, answer.")
DAY_MS = 86_400_000

Review = Annotated[str, typer.Argument(help="A question's id: rev_…")]


@reviews_app.command("list")
def list_reviews(
    kind: Annotated[str | None, typer.Option(help="Only this kind of question.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Show at most so many.")] = 20,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """List questions, those with the most value at risk first."""
    from identity.reviewing import text

    with open_project(project, store) as graph:
        answer = graph.reviews(kind=kind, limit=limit)
    print_json(answer) if output == "json" else print_lines(text.list_lines(answer))


@reviews_app.command("show")
def show(
    review: Review,
    answer: Annotated[str | None, typer.Option(help="Try this answer only.")] = None,
    effects: Annotated[
        bool, typer.Option("--effects/--no-effects", help="Try what every answer would change.")
    ] = True,
    actor: Annotated[str | None, typer.Option(help="Who would answer.")] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    quiet: Quiet = False,
) -> None:
    """Show a question, its evidence, and what each answer would do."""
    from identity.reviewing import text

    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            found = graph.review(
                review, actor=actor, answer=answer, effects=effects, progress=progress
            )
    print_json(found) if output == "json" else print_lines(text.review_lines(found))


@reviews_app.command("answer")
def answer(
    review: Review,
    answer: Annotated[str, typer.Argument(help="An answer, as 'reviews show' names it.")],
    seen: Annotated[str, typer.Option("--hash", help="The hash that 'reviews show' printed.")],
    actor: Annotated[str | None, typer.Option(help="Who answers.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    days: Annotated[
        int | None, typer.Option("--for-days", min=1, help="Ask again after so many days.")
    ] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
) -> None:
    """Answer a question. The next run, or 'decisions apply', takes the answer up."""
    at_ms = now_ms(as_of)
    with open_project(project, store) as graph:
        done = graph.answer_review(
            review,
            answer,
            composition=seen,
            as_of_ms=at_ms,
            actor=actor,
            reason=reason,
            expires_ms=at_ms + days * DAY_MS if days is not None else None,
        )
    if output == "json":
        print_json(done)
        return
    many = "1 decision" if done["applied"] == 1 else f"{done['applied']:,} decisions"
    print_lines(
        [
            f"{many} written; 'identity decisions apply' lets them take effect",
            f"to take it back: identity decisions undo {done['decisions'][0]} --together",
        ]
    )
