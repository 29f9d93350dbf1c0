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

decide_app = typer.Typer()
decisions_app = typer.Typer(help="What people decided: import, export, list, lint, undo, apply.")
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
    """Show what a run would change: entities by name, refused evidence, money per channel."""
    from identity import planning
    from identity.explain import text

    progress = Terminal(quiet)
    with open_project(project, store) as graph:
        try:
            made = graph.plan(as_of_ms=now_ms(as_of), progress=progress)
        finally:
            progress.done()
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
        try:
            state = graph.apply(made, progress=progress)
        finally:
            progress.done()
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
    """Append the decisions of a file; those that are there already change nothing."""
    with open_project(project, store) as graph:
        counts = graph.import_decisions(file, source=source, as_of_ms=now_ms(as_of))
    _show(counts, output)


@decisions_app.command("add")
def add(
    action: Annotated[str, typer.Argument(help="same, different, unsure, mark_shared, …")],
    left: Annotated[str, typer.Argument()],
    right: Annotated[str | None, typer.Argument()] = None,
    actor: Actor = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
) -> None:
    """Append one decision; the next run of the resolver, or 'decisions apply', takes it up."""
    with open_project(project, store) as graph:
        counts = graph.decide(
            action, left, right, actor=actor, reason=reason, as_of_ms=now_ms(as_of)
        )
    _show(counts, output)


@decisions_app.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(help=".csv or .jsonl")],
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Write all decisions to a file that 'decisions import' reads again."""
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
    """Find decisions that cannot all hold: cycles, contradictions, two targets; exit 1 if any."""
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
    actor: Actor = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
) -> None:
    """Take a decision back; one that was taken back holds again."""
    with open_project(project, store) as graph:
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
    """Let decisions take effect: resolve, then journeys and credit; sources are not read."""
    from identity import pipeline, summary

    progress = Terminal(quiet)
    started = time.monotonic()
    with open_project(project, store) as graph:
        try:
            state = graph.run(
                "resolve", "journeys", "attribute", as_of_ms=now_ms(as_of), progress=progress
            )
        finally:
            progress.done()
        if output == "json":
            print_json(pipeline.counts(state))
            return
        print_lines(summary.lines(state, seconds=time.monotonic() - started))


def _show(values: dict[str, Any], output: str) -> None:
    if output == "json":
        print_json(values)
    else:
        print_lines(f"{name:14}{value}" for name, value in values.items())
