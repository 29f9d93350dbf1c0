"""The Neo4j store: the official driver, managed transactions, batched rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import neo4j
import polars as pl
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable

from identity.errors import FixInput, StoreUnavailable, Where
from identity.store import bulk, queries
from identity.store.base import (
    Capability,
    Counts,
    Row,
    Store,
    Transaction,
    Write,
    Writes,
    batches,
    to_frame,
    typed_frame,
)
from identity.store.lease import Lease

BATCH_ROWS = 5_000  # measured: batches of 5,000 write faster than 20,000
RETRY_SECONDS = 30.0
Worked = TypeVar("Worked")


class Neo4jStore:
    """A graph on a Neo4j server, Community or Enterprise, 5.26 or newer."""

    capabilities = frozenset({Capability.MANY_WRITERS, Capability.BROWSER})

    def __init__(self, uri: str, *, user: str, password: str | None, database: str) -> None:
        self._uri = uri
        self._database = database
        self._lease = Lease()
        try:
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=(user, password) if password else None,
                telemetry_disabled=True,
                max_transaction_retry_time=RETRY_SECONDS,
                notifications_min_severity="OFF",
            )
        except (DriverError, ValueError) as error:
            raise FixInput(str(error), where=Where(key="store.uri")) from error
        try:
            self._connect()
        except BaseException:
            self._driver.close()
            raise

    def _connect(self) -> None:
        """Make sure that the server answers, and takes the user and the database."""
        try:
            self._driver.verify_connectivity()
            self._driver.execute_query("RETURN 1 AS one", database_=self._database)
        except AuthError as error:
            raise FixInput(
                "the server refuses this user and password",
                where=Where(key="store.password"),
                fix="Set NEO4J_PASSWORD.",
            ) from error
        except (ServiceUnavailable, Neo4jError) as error:
            raise StoreUnavailable(
                f"no Neo4j answers at {self._uri} ({error})",
                fix="Start it, or correct store.uri.",
            ) from error
        except (DriverError, ValueError) as error:
            raise FixInput(str(error), where=Where(key="store.uri")) from error

    @property
    def location(self) -> str:
        """Say where the graph lies."""
        return f"{self._uri}/{self._database}"

    @property
    def engine(self) -> str:
        """Name the server and its version."""
        return str(self._driver.get_server_info().agent)

    def read(self, query: str, **params: object) -> list[dict[str, Any]]:
        """Run a named read query and give its rows."""
        columns, values = self._fetch(query, params)
        return [dict(zip(columns, row, strict=True)) for row in values]

    def table(self, query: str, **params: object) -> pl.DataFrame:
        """Run a named read query and give its columns, typed as its header says."""
        columns, values = self._fetch(query, params)
        return to_frame(query, _turned(columns, values))

    def write(self, query: str, rows: Iterable[Row]) -> Counts:
        """Run a named write query over rows, in batches, each acknowledged."""
        counts = Counts()
        for batch in batches(list(rows), BATCH_ROWS):
            counts.add(self._apply(partial(iter, [(query, batch)])))
        return counts

    def hold(self) -> AbstractContextManager[None]:
        """Hold the right to write while the block lasts (`identity.store.lease`)."""

        def run(query: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
            return self._in_session(lambda tx: _returned(tx, query, rows))

        return self._lease.held(run)

    def transaction(self) -> Transaction:
        """Apply writes as one; the driver may run them again."""
        return Transaction(self._apply)

    def schema(self, statements: Sequence[str]) -> None:
        """Run schema statements and wait until the indexes are there."""
        for statement in statements:
            self._driver.execute_query(statement, database_=self._database)
        self._driver.execute_query("CALL db.awaitIndexes(60)", database_=self._database)

    def export(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Give the whole graph as tables, nodes before edges."""
        for table in bulk.tables():
            columns, values = self._run_read(table.read(), {})
            yield table.name, typed_frame(table.schema, _turned(columns, values))

    def load(self, tables: Iterable[tuple[str, pl.DataFrame]]) -> None:
        """Write tables of a whole graph into an empty one."""
        known = {t.name: t for t in bulk.tables()}
        for name, rows in tables:
            table = known[name]
            self._write_text(table.write(), rows.to_dicts())
            if isinstance(table, bulk.NodeTable):
                for label in table.added:
                    self._write_text(table.add(label), list(bulk.with_label(rows, label)))

    def scratch(self, folder: Path) -> Store:
        """Give a private copy of the graph in a folder, on the embedded engine."""
        from identity.store.embedded import open_embedded
        from identity.store.migrate import migrate

        copy = open_embedded(folder)
        migrate(copy)
        copy.load((n, t) for n, t in self.export() if n != "SchemaMigration")
        return copy

    def _write_text(self, text: str, rows: Sequence[Row]) -> None:
        for batch in batches(rows, BATCH_ROWS):
            self._run_write(partial(iter, [(text, batch)]))

    def forget(self) -> None:
        """Nothing to do here: the server's log and its backups are kept as it was set up to."""

    def close(self) -> None:
        """Close the driver."""
        self._driver.close()

    def _fetch(self, query: str, params: dict[str, object]) -> tuple[list[str], list[list[Any]]]:
        known = queries.load(query, "neo4j")
        listed = any(isinstance(value, list) for value in params.values())
        if not listed or "ORDER BY" in known.text:
            return self._run_read(known.text, params)
        _, [[rows]] = self._run_read(_packed(known), params)
        return list(known.returns), [[_native(v) for v in row] for row in rows]

    def _run_read(self, text: str, params: dict[str, object]) -> tuple[list[str], list[list[Any]]]:
        def work(tx: neo4j.ManagedTransaction) -> tuple[list[str], list[list[Any]]]:
            result = tx.run(text, params)
            return list(result.keys()), [[_native(v) for v in row] for row in result.values()]

        try:
            with self._driver.session(
                database=self._database, default_access_mode=neo4j.READ_ACCESS
            ) as session:
                return session.execute_read(work)
        except ServiceUnavailable as error:
            raise StoreUnavailable(str(error)) from error

    def _apply(self, writes: Writes) -> Counts:
        def texts() -> Iterator[Write]:
            return ((queries.load(query, "neo4j").text, rows) for query, rows in writes())

        return self._run_write(texts)

    def _run_write(self, writes: Writes) -> Counts:
        def work(tx: neo4j.ManagedTransaction) -> Counts:
            self._lease.fence(partial(_returned, tx))
            counts = Counts()
            for text, rows in writes():
                for batch in batches(rows, BATCH_ROWS):
                    summary = tx.run(text, {"rows": list(batch)}).consume().counters
                    counts.add(_counts(summary))
            return counts

        return self._in_session(work)

    def _in_session(self, work: Callable[[neo4j.ManagedTransaction], Worked]) -> Worked:
        try:
            with self._driver.session(database=self._database) as session:
                return session.execute_write(work)
        except ServiceUnavailable as error:
            raise StoreUnavailable(str(error)) from error


def _returned(
    tx: neo4j.ManagedTransaction, query: str, rows: Sequence[Row]
) -> list[dict[str, Any]]:
    """Run a write query and give what it returns."""
    return tx.run(queries.load(query, "neo4j").text, {"rows": list(rows)}).data()


def _packed(query: queries.Query) -> str:
    """Give the text of a query that answers with one record, a list of all rows.

    The driver takes 20 us of processor time for each record, whatever is in it. The server holds
    the list, so this is for what is asked by a list of ids, not for whole graphs; and it says
    nothing of the order of rows.
    """
    return f"CALL () {{\n{query.text}\n}}\nRETURN collect([{', '.join(query.returns)}]) AS rows"


def _turned(columns: list[str], values: list[list[Any]]) -> dict[str, list[Any]]:
    """Turn rows into columns."""
    turned: Iterable[Sequence[Any]] = zip(*values, strict=True) if values else [[] for _ in columns]
    return dict(zip(columns, map(list, turned), strict=True))


def _native(value: Any) -> Any:
    return value.to_native() if hasattr(value, "to_native") else value


def _counts(counters: neo4j.SummaryCounters) -> Counts:
    return Counts(
        nodes_created=counters.nodes_created,
        nodes_deleted=counters.nodes_deleted,
        edges_created=counters.relationships_created,
        edges_deleted=counters.relationships_deleted,
        properties_set=counters.properties_set,
    )
