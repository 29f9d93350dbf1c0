"""The report: one HTML file with what a graph knows, for people without a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from identity.config import Config
from identity.errors import FixInput, Where
from identity.explain.report.findings import read_findings
from identity.explain.report.page import page
from identity.store.base import Store


class Graph(Protocol):
    """What the report reads: a configuration and the store of its graph."""

    @property
    def config(self) -> Config:
        """The project's configuration."""
        ...

    @property
    def store(self) -> Store:
        """The project's graph."""
        ...


def write_report(graph: Graph, out: Path) -> Path:
    """Write the report of a graph as one self-contained HTML file, and give its path.

    The folder is made where it is missing; a file of that name is replaced.

    Raises:
        FixInput: nothing can be written there.
    """
    text = page(read_findings(graph.store, graph.config))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        problem = f"the report cannot be written: {error.strerror}"
        raise FixInput(problem, where=Where(file=str(out)), fix="Name another file.") from error
    return out


__all__ = ["Graph", "write_report"]
