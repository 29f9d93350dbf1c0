"""Reading a graph for export: each query once, and what all tables share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from identity.config import Config
from identity.errors import FixInput
from identity.store.base import Store


class Project(Protocol):
    """A project that is open: its configuration and its graph."""

    @property
    def config(self) -> Config:
        """The configuration."""
        ...

    @property
    def store(self) -> Store:
        """The graph."""
        ...


@dataclass(slots=True)
class Reader:
    """Gives the rows of the queries of ``cypher/export``; each query runs once.

    ``run`` and ``as_of_ms`` are those of the newest run: what is current is current at that
    instant, no clock is read.
    """

    store: Store
    config: Config
    run: int
    as_of_ms: int
    _known: dict[str, pl.DataFrame] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project) -> Reader:
        """Begin to read a project.

        Raises:
            FixInput: the project has not run yet.
        """
        rows = project.store.read("store/last_run")
        if not rows:
            raise FixInput("the graph is empty", fix="Run 'identity run' first.")
        return cls(project.store, project.config, rows[0]["seq"], rows[0]["as_of_ms"])

    def rows(self, query: str) -> pl.DataFrame:
        """Give the rows of a query."""
        found = self._known.get(query)
        if found is None:
            found = self._known[query] = self.store.table(f"export/{query}")
        return found

    def current(self, query: str) -> pl.DataFrame:
        """Give the rows of a query that hold at the run's instant."""
        return self.rows(query).filter(within(pl.lit(self.as_of_ms)))


def within(at: pl.Expr) -> pl.Expr:
    """Say whether a row's span (from_ms, until_ms; null: no bound) holds at an instant."""
    return (pl.col("from_ms").is_null() | (pl.col("from_ms") <= at)) & (
        pl.col("until_ms").is_null() | (at < pl.col("until_ms"))
    )
