"""Commands that decide: plan and apply, and the decisions of people."""

from __future__ import annotations

import sys
import time
from pathlib import Path
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
from identity.cli_parting import parting_app

decide_app = typer.Typer()
decisions_app = typer.Typer(help="What people decide: add, revert, extract, undo, files.")
decisions_app.add_typer(parting_app)
decide_app.add_typer(decisions_app, name="decisions")

PENDING = 4
"""Exit code of ``plan --check`` where a run would change something."""

PlanFile = Annotated[Path | None, typer.Option("--plan", help="The plan's file.")]
Actor = Annotated[str | None, typer.Option(help="Who decides.")]


def _plan_file(project: Path, given: Path | None) -> Path:
    from identity import planning

    folder = project if project.is_dir() else project.parent
    return given or planning.default_file(folder)


@decide_app.command()
def plan(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    file: PlanFile = None,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 4 where something would change.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Show what a run would change, by name and in money."""
    from identity import planning
    from identity.explain import text

    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        with progress:
            made = graph.plan(as_of_ms=now_ms(as_of), progress=progress)
    path = _plan_file(project, file)
    planning.save(made, path)
    assert made.effects is not None
    if output == "json":
        print_json(made.as_dict())
    else:
        print_lines(text.effect_lines(made.effects))
        print_lines(["", f"'identity apply' does exactly this ({path})."])
    if check and not made.effects.empty:
        sys.exit(PENDING)


@decide_app.command()
def apply(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    file: PlanFile = None,
    quiet: Quiet = False,
) -> None:
    """Do exactly what the last plan says; a stale plan is refused."""
    from identity import pipeline, planning, summary

    made = planning.load(_plan_file(project, file))
    progress = Terminal(quiet)
    started = time.monotonic()
    with open_project(project, store) as graph:
        with progress:
            state = graph.apply(made, progress=progress)
        if output == "json":
            print_json(pipeline.counts(state))
            return
        print_lines(summary.lines(state, seconds=time.monotonic() - started))


@decisions_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="old,new pairs, or what export wrote.")],
    source: Annotated[str, typer.Option(help="What the file is called in answers.")] = "decisions",
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
) -> None:
    """Append the decisions of a file. Those that are there already change nothing."""
    with open_project(project, store) as graph:
        counts = graph.import_decisions(file, source=source, as_of_ms=now_ms(as_of))
    _show(counts, output)


@decisions_app.command("add")
def add(
    action: Annotated[
        str,
        typer.Argument(
            help="same, different, unsure LEFT RIGHT: whether both are one. "
            "mark-shared, mark-additive, pin LEFT: a mailbox or domain of several; an agency's "
            "domain; keep its id. choose-primary, assign-company LEFT RIGHT: the company of a "
            "contact that comes first, or that it belongs to."
        ),
    ],
    left: Annotated[str, typer.Argument(help="An e-mail, a domain or an identifier.")],
    right: Annotated[str | None, typer.Argument(help="The second one, where it takes two.")] = None,
    actor: Actor = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show what it would change.")
    ] = False,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Append one decision. The next run, or 'decisions apply', takes it up."""
    from identity.reviewing import text

    at_ms, progress = now_ms(as_of), Terminal(quiet)
    who = {"actor": actor, "reason": reason}
    with open_project(project, store) as graph:
        if not preview:
            _show(graph.decide(action, left, right, as_of_ms=at_ms, **who), output)
            return
        with progress:
            answer = graph.try_decision(
                action, left, right, as_of_ms=at_ms, progress=progress, **who
            )
    print_json(answer) if output == "json" else print_lines(text.decision_lines(answer))


@decisions_app.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(help=".csv or .jsonl")],
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Write all decisions to a file, to be imported again."""
    with open_project(project, store) as graph:
        _show({"written": graph.export_decisions(file)}, output)


@decisions_app.command("list")
def list_all(
    state: Annotated[str | None, typer.Option(help="applied, blocked, superseded, …")] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """List decisions with what became of them."""
    from identity import tables_text

    with open_project(project, store) as graph:
        rows = [
            r for r in graph.decisions() if state is None or (r["state"] or "").startswith(state)
        ]
    if output == "json":
        print_json(rows)
        return
    names = ("id", "action", "left", "right", "actor", "state")
    print_lines(tables_text.lines([{n: r[n] for n in names} for r in rows]))


@decisions_app.command("lint")
def lint(
    file: Annotated[Path | None, typer.Argument(help="A file, instead of the graph.")] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Find decisions that cannot all hold. Exit 1 if any: cycles, contradictions, two targets."""
    with open_project(project, store) as graph:
        found = graph.lint_decisions(file)
    if output == "json":
        print_json([{"code": f.code, "message": f.message, "where": f.where} for f in found])
    else:
        print_lines(f"{f.code}: {f.message}  [{'; '.join(f.where)}]" for f in found)
    if found:
        sys.exit(1)


@decisions_app.command("undo")
def undo(
    decision: Annotated[str, typer.Argument(help="dec_…; undoing an undone one redoes it.")],
    together: Annotated[
        bool, typer.Option("--together", help="And all that the same answer or revert wrote.")
    ] = False,
    actor: Actor = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
) -> None:
    """Take a decision back; one that was taken back holds again."""
    with open_project(project, store) as graph:
        if together:
            undone = graph.undo_together(decision, actor=actor, at_ms=now_ms(as_of))
            _show({"decisions": undone if output == "json" else len(undone)}, output)
            return
        holds = graph.undo_decision(decision, actor=actor, at_ms=now_ms(as_of))
    _show({"decision": decision, "holds": holds}, output)


@decisions_app.command("apply")
def apply_decisions(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Let decisions take effect. Resolve, then journeys and credit; sources are not read."""
    from identity import pipeline, summary

    progress = Terminal(quiet)
    started = time.monotonic()
    with open_project(project, store) as graph:
        with progress:
            state = graph.run(
                "resolve", "journeys", "attribute", as_of_ms=now_ms(as_of), progress=progress
            )
        if output == "json":
            print_json(pipeline.counts(state))
            return
        print_lines(summary.lines(state, seconds=time.monotonic() - started))


def _show(values: dict[str, Any], output: str) -> None:
    if output == "json":
        print_json(values)
    else:
        print_lines(f"{name:14}{value}" for name, value in values.items())
