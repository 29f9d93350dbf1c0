"""The command line: parses, calls the facade, shapes the answer.

Results go to standard output, progress to standard error. Heavy imports happen inside commands, so
that the program starts fast.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
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
    plain,
    print_json,
    print_lines,
)
from identity.cli_decide import decide_app
from identity.cli_erase import erase_app
from identity.cli_explain import explain_app
from identity.cli_export import export_app
from identity.cli_inspect import inspect_app
from identity.cli_keep import keep_app
from identity.cli_report import report_app
from identity.cli_reviews import reviews_app
from identity.cli_serve import project_app
from identity.cli_watch import watch_app
from identity.errors import IdentityError

# what is imported stays: looking through it for garbage again and again delays every start
_COLLECT_AFTER = 100_000

app = typer.Typer(
    name="identity",
    help="B2B identity resolution and attribution on a graph database.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _run(
    stages: tuple[str, ...],
    project: Path,
    store: str | None,
    output: str,
    *,
    as_of: str | None,
    whole: bool,
    quiet: bool,
) -> None:
    from identity import pipeline, summary

    progress = Terminal(quiet)
    started = time.monotonic()
    with open_project(project, store) as graph:
        with progress:
            state = graph.run(*stages, as_of_ms=now_ms(as_of), whole=whole, progress=progress)
        if output == "json":
            print_json(pipeline.counts(state))
            return
        print_lines(summary.lines(state, seconds=time.monotonic() - started))


@app.command()
def run(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    whole: Annotated[bool, typer.Option("--whole", help="Resolve everything anew.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Only list the stages.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run all stages: ingest, resolve, journeys, attribute. Idempotent and resumable."""
    if explain:
        from identity import pipeline

        typer.echo(pipeline.explain(pipeline.plan()))
        return
    _run((), project, store, output, as_of=as_of, whole=whole, quiet=quiet)


@app.command()
def ingest(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Read every source and apply what is new as facts."""
    _run(("ingest",), project, store, output, as_of=as_of, whole=False, quiet=quiet)


@app.command()
def journeys(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Make sessions, stages and the journeys before them."""
    _run(("journeys",), project, store, output, as_of=as_of, whole=False, quiet=quiet)


@app.command()
def attribute(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Share the value of stages out over their journeys."""
    _run(("journeys", "attribute"), project, store, output, as_of=as_of, whole=False, quiet=quiet)


@app.command()
def resolve(
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
    as_of: AsOf = None,
    whole: Annotated[bool, typer.Option("--whole", help="Resolve everything anew.")] = False,
    evidence: Annotated[
        Path | None, typer.Option(help="Resolve this Parquet file without a graph.")
    ] = None,
    anchors: Annotated[
        Path | None, typer.Option(help="Parquet: identifier, namespace, key.")
    ] = None,
    cannot_link: Annotated[Path | None, typer.Option(help="Parquet: a, b.")] = None,
    previous: Annotated[
        Path | None, typer.Option(help="A resolved.parquet to keep ids of.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for resolved and refused.")] = None,
    fast: Annotated[
        bool | None,
        typer.Option(
            "--fast/--no-fast",
            help="Compiled code (the extra 'fast'); default: for large files, where installed.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Decide which identifiers are one. With --evidence: from files, without a graph."""
    if evidence is None:
        _run(("resolve",), project, store, output, as_of=as_of, whole=whole, quiet=quiet)
        return
    from identity.errors import FixInput
    from identity.resolve.batch.files import resolve_files

    if out is None:
        raise FixInput("--evidence needs --out DIR")
    result = resolve_files(
        evidence, out, anchors=anchors, cannot_link=cannot_link, previous=previous, fast=fast
    )
    if output == "json":
        print_json(result.as_dict())
        return
    print_lines(
        f"{name.replace('_', ' '):12}{value:>14,}" for name, value in result.as_dict().items()
    )


@app.command()
def lookup(
    kind: Annotated[str, typer.Argument(help="email, domain, user, contact, …, or id.")],
    value: Annotated[str, typer.Argument()],
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Show what an identifier stands for, or where an old id went."""
    from identity.explain import text

    with open_project(project, store) as graph:
        answer = graph.lookup(kind, value)
    print_json(answer) if output == "json" else print_lines(text.lookup_lines(answer))


@app.command()
def why(
    left: Annotated[str, typer.Argument(help="An e-mail, a domain or an identifier.")],
    right: Annotated[str, typer.Argument()],
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Explain why two identifiers are one, or what keeps them apart."""
    from identity.explain import text

    with open_project(project, store) as graph:
        answer = graph.why(left, right)
    print_json(answer.as_dict()) if output == "json" else print_lines(text.why_lines(answer))


@app.command()
def query(
    name: Annotated[str, typer.Argument(help="A query of cypher/analyst; 'list' names them.")],
    param: Annotated[list[str] | None, typer.Option("--param", help="k=v, repeated.")] = None,
    project: Project = HERE,
    store: StoreKind = None,
    output: Output = "text",
) -> None:
    """Run a named query."""
    from identity import tables_text
    from identity.store import queries

    if name == "list":
        for full in queries.names("analyst"):
            loaded = queries.load(full)
            takes = ", ".join(f"{n} {t}" for n, t in loaded.params.items())
            typer.echo(f"{full.removeprefix('analyst/'):34}{loaded.purpose}  [{takes}]")
        return
    given = dict(p.partition("=")[::2] for p in param or ())
    with open_project(project, store) as graph:
        rows = graph.query(name, **given)
    print_json(rows) if output == "json" else print_lines(tables_text.lines(rows))


generate_app = typer.Typer(help="Generate sample and benchmark data with known truth.")
app.add_typer(generate_app, name="generate")
app.add_typer(export_app, name="export")
app.add_typer(project_app)
app.add_typer(inspect_app)
app.add_typer(explain_app)
app.add_typer(decide_app)
app.add_typer(erase_app)
app.add_typer(report_app)
app.add_typer(reviews_app, name="reviews")
app.add_typer(watch_app)
app.add_typer(keep_app)


@generate_app.command("acme")
def generate_acme_command(
    out: Annotated[Path, typer.Option("--out", help="The project's folder.")],
    seed: int = 7,
    scale: float = 1.0,
) -> None:
    """Generate the sample's data. Two CRMs, a product, web, ads, and the truth."""
    from identity.generate import generate_acme

    made = generate_acme(out, seed=seed, scale=scale)
    typer.echo(", ".join(f"{n} {c:,}" for n, c in made.counts.items()))


@generate_app.command("evidence")
def generate_evidence_command(
    out: Annotated[Path, typer.Option("--out", help="Folder for the Parquet files.")],
    edges: Annotated[int, typer.Option(help="How many evidence edges.")] = 1_000_000,
    seed: int = 7,
) -> None:
    """Generate evidence for benchmarks. Files: evidence, anchors, cannot_link, truth."""
    from identity.generate import generate_evidence

    made = generate_evidence(out, edges=edges, seed=seed)
    typer.echo(", ".join(f"{n} {c:,}" for n, c in made.counts.items()))


def main() -> None:
    """Run the command line; an error becomes one message and the exit code of its kind."""
    gc.set_threshold(_COLLECT_AFTER)
    try:
        app()
    except IdentityError as error:
        for line in str(error).splitlines():
            typer.echo(f"error {error.code}: {plain(line)}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
