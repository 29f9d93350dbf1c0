"""The embedded store: KGLite, a durable Cypher engine in this process, one writer at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kglite
import polars as pl

from identity.errors import FixInput, StoreConflict, StoreLocked, StoreUnavailable, Where
from identity.store import bulk, queries
from identity.store.base import (
    Capability,
    Counts,
    Row,
    Transaction,
    Writes,
    batches,
    to_frame,
    typed_frame,
)

BATCH_ROWS = 10_000
READ_TIMEOUT_MS = 600_000
GRAPH_FILE = "graph.kgl"


class EmbeddedStore:
    """A graph in one folder, held in memory, logged to disk; durable at every commit."""

    capabilities = frozenset({Capability.WHOLE_GRAPH_IN_MEMORY})

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / GRAPH_FILE
        kglite.set_query_warning_policy("silent")
        try:
            self._session = kglite.open_session(str(self._path), durable="full")
        except kglite.WriterLeaseHeldError as error:
            raise StoreLocked(
                f"{_holder(str(error))} holds this store",
                where=Where(file=str(self._path)),
                fix="Wait for it to end, or stop it; an 'identity serve' answers over HTTP.",
            ) from error
        except OSError as error:
            raise StoreUnavailable(str(error), where=Where(file=str(self._path))) from error
        self._declared = False

    @property
    def location(self) -> str:
        """Say where the graph lies."""
        return str(self._path)

    @property
    def engine(self) -> str:
        """Name the engine and its version."""
        return f"KGLite {version('kglite')}, in this process"

    def read(self, query: str, **params: object) -> list[dict[str, Any]]:
        """Run a named read query and give its rows."""
        rows: list[dict[str, Any]] = self._run(query, params).to_list()
        return rows

    def table(self, query: str, **params: object) -> pl.DataFrame:
        """Run a named read query and give its columns, typed as its header says."""
        result = self._run(query, params)
        return to_frame(query, {name: result.column(name) for name in result.columns})

    def write(self, query: str, rows: Iterable[Row]) -> Counts:
        """Run a named write query over rows, in batches, each acknowledged."""
        counts = Counts()
        self._declare()
        text = queries.load(query, "embedded").text
        for batch in batches(list(rows), BATCH_ROWS):
            counts.add(_counts(self._session.execute(text, params={"rows": batch})))
        return counts

    def hold(self) -> AbstractContextManager[None]:
        """Nothing to do: whoever opened the store is its only writer."""
        return nullcontext()

    def transaction(self) -> Transaction:
        """Apply writes as one."""
        return Transaction(self._apply)

    def schema(self, statements: Sequence[str]) -> None:
        """Run schema statements."""
        for statement in statements:
            self._session.execute(statement)

    def export(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Give the whole graph as tables, nodes before edges."""
        for table in bulk.tables():
            result = self._session.cypher(table.read(), timeout_ms=READ_TIMEOUT_MS)
            columns = {name: result.column(name) for name in result.columns}
            yield table.name, typed_frame(table.schema, columns)

    def load(self, tables: Iterable[tuple[str, pl.DataFrame]]) -> None:
        """Write tables of a whole graph into an empty one."""
        known = {t.name: t for t in bulk.tables()}
        self._declare()
        for name, rows in tables:
            table = known[name]
            self._execute(table.write(), rows.to_dicts())
            if isinstance(table, bulk.NodeTable):
                for label in table.added:
                    self._execute(table.add(label), list(bulk.with_label(rows, label)))

    def scratch(self, folder: Path) -> EmbeddedStore:
        """Give a private copy of the graph in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._session.backup(str(folder / GRAPH_FILE))
        return EmbeddedStore(folder)

    def _execute(self, text: str, rows: Sequence[Row]) -> None:
        for batch in batches(rows, BATCH_ROWS):
            self._session.execute(text, params={"rows": batch})

    def forget(self) -> None:
        """Write the graph's file anew and empty its log: both would keep what was deleted."""
        self._session.save()

    def close(self) -> None:
        """Write a checkpoint and give up the lease."""
        self._session.close()

    def _declare(self) -> None:
        """Make all properties of the schema known to the engine, before anything is written.

        It refuses to create a node with a property that it does not know of the label, even where
        the value is null, and a store that is opened after a crash knows none that was only ever
        null. To set one makes it known.
        """
        if self._declared:
            return
        for table in bulk.tables():
            if isinstance(table, bulk.NodeTable):
                self._session.execute(table.declare())
        self._declared = True

    def _run(self, query: str, params: dict[str, object]) -> Any:
        text = queries.load(query, "embedded").text
        return self._session.cypher(text, params=params, timeout_ms=READ_TIMEOUT_MS)

    def _apply(self, writes: Writes) -> Counts:
        counts = Counts()
        self._declare()
        transaction = self._session.begin()
        try:
            for query, rows in writes():
                text = queries.load(query, "embedded").text
                for batch in batches(rows, BATCH_ROWS):
                    counts.add(_counts(transaction.cypher(text, params={"rows": batch})))
            transaction.commit()
        except kglite.TransactionConflictError as error:
            raise StoreConflict(str(error), where=Where(file=str(self._path))) from error
        except BaseException:
            transaction.rollback()
            raise
        return counts


def _holder(text: str) -> str:
    """Name the process that holds the lease, as far as the engine's message tells."""
    match = re.search(r"by pid (\d+) \(since ([^)]+)\)", text)
    return f"process {match[1]}, since {match[2]}," if match else "another process"


def open_embedded(folder: Path) -> EmbeddedStore:
    """Open or create the store of a folder.

    Raises:
        StoreLocked: another process holds it.
        FixInput: the path is a file.
    """
    if folder.is_file():
        raise FixInput("the store's path is a file", where=Where(file=str(folder)))
    return EmbeddedStore(folder)


def _counts(result: Any) -> Counts:
    stats = result.stats or {}
    return Counts(
        nodes_created=stats.get("nodes_created", 0),
        nodes_deleted=stats.get("nodes_deleted", 0),
        edges_created=stats.get("relationships_created", 0),
        edges_deleted=stats.get("relationships_deleted", 0),
        properties_set=stats.get("properties_set", 0),
    )
