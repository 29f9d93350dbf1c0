"""What the commands share: options, progress, opening a project, printing.

Results go to standard output, progress to standard error. Heavy imports happen inside functions, so
that the program starts fast.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import typer

if TYPE_CHECKING:
    from types import TracebackType

    from identity.graph import IdentityGraph

Project = Annotated[Path, typer.Option("--project", "-p", help="Folder that holds identity.yaml.")]
StoreKind = Annotated[
    str | None, typer.Option("--store", help="embedded or neo4j, instead of the configured one.")
]
Output = Annotated[
    Literal["text", "json"], typer.Option("--output", "-o", help="Form of the answer.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="The run's clock (ISO 8601); default: now.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
HERE = Path()


class Terminal:
    """Progress on standard error, on a terminal only; leaving its block clears the line."""

    def __init__(self, quiet: bool) -> None:
        self._show = sys.stderr.isatty() and not quiet
        self._started = time.monotonic()

    def step(self, text: str) -> None:
        """Show what begins now, in place of what was shown before."""
        if self._show:
            sys.stderr.write(f"\r\x1b[K{time.monotonic() - self._started:6.1f} s  {text}")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._show:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def open_project(project: Path, store: str | None) -> IdentityGraph:
    """Open the project of a folder."""
    from identity.graph import IdentityGraph

    return IdentityGraph.open(project, store=store)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines, control characters taken out."""
    for line in lines:
        typer.echo(plain(line))


def plain(line: str) -> str:
    """Take control characters out: a name must not drive the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def now_ms(as_of: str | None) -> int:
    """Read the clock, at the door and nowhere else."""
    if as_of is None:
        return time.time_ns() // 1_000_000
    from identity.errors import FixInput
    from identity.model.instants import Clock

    found = Clock(zone="UTC").read(as_of)
    if not isinstance(found, int):
        raise FixInput(f"--as-of {as_of!r} is not a time", fix="Write 2026-06-30T12:00:00Z.")
    return found
