"""Small projects for tests of exports: files written here, run for real, exported, read again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from identity.export.tables import export_tables
from identity.graph import IdentityGraph

AS_OF_MS = int(datetime(2026, 6, 30, tzinfo=UTC).timestamp() * 1000)
Rows = Sequence[Mapping[str, object]]


@dataclass(slots=True)
class Small:
    """A project of one folder: write its files, run it, look at its tables."""

    folder: Path
    exported: int = 0
    runs: int = 0

    def configure(self, text: str) -> None:
        (self.folder / "identity.yaml").write_text(text, encoding="utf-8")

    def file(self, name: str, rows: Rows) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def run(self) -> None:
        with self.open() as graph:
            graph.run(as_of_ms=AS_OF_MS + self.runs)
        self.runs += 1

    def open(self) -> IdentityGraph:
        return IdentityGraph.open(self.folder)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Run the project and read what it exports."""
        self.run()
        self.exported += 1
        out = self.folder / f"out{self.exported}"
        with self.open() as graph:
            export_tables(graph, out)
        return {path.stem: pl.read_parquet(path) for path in out.glob("*.parquet")}


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """An empty folder that becomes a project."""
    return Small(tmp_path)


PRODUCT = """
project: small
primary_crm: null
sources:
  - {{system: product, path: product, timezone: UTC}}
{decisions}
journeys:
  orders: [ordered]
"""
DECISIONS = "  - {system: decisions, path: decisions}"
MakeProduct = Callable[..., Small]


@pytest.fixture
def product(small: Small) -> MakeProduct:
    """Make a project of a product: ``users``, ``workspaces``, ``events``, ``merged`` (old, new)."""

    def make(
        users: Rows,
        workspaces: Rows,
        events: Rows = (),
        merged: Sequence[tuple[str, str]] = (),
    ) -> Small:
        small.configure(PRODUCT.format(decisions=DECISIONS if merged else ""))
        small.file("product/users.csv", users)
        small.file("product/workspaces.csv", workspaces)
        if events:
            small.file("product/events.csv", events)
        if merged:
            pairs = [{"old_email": old, "new_email": new} for old, new in merged]
            small.file("decisions/merged_user.csv", pairs)
        return small

    return make
