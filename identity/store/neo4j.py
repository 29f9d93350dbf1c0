"""The Neo4j store: the official driver, managed transactions, batched rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import neo4j
import polars as pl
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable

from identity.errors import FixInput, StoreUnavailable, Where
from identity.store import queries
from identity.store.base import Capability, Counts, Row, Transaction, batches, to_frame

BATCH_ROWS = 5_000  # measured: batches of 5,000 write faster than 20,000
RETRY_SECONDS = 30.0


class Neo4jStore:
    """A graph on a Neo4j server, Community or Enterprise, 5.26 or newer."""

    capabilities = frozenset({Capability.MANY_WRITERS, Capability.BROWSER})

    def __init__(self, uri: str, *, user: str, password: str | None, database: str) -> None:
        self._uri = uri
        self._database = database
        try:
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=(user, password) if password else None,
                telemetry_disabled=True,
                max_transaction_retry_time=RETRY_SECONDS,
                notifications_min_severity="OFF",
            )
            self._driver.verify_connectivity()
            self._driver.execute_query("RETURN 1 AS one", database_=database)
        except AuthError as error:
            raise FixInput(
                "the server refuses this user and password",
                where=Where(key="store.password"),
                fix="Set NEO4J_PASSWORD.",
            ) from error
        except (ServiceUnavailable, Neo4jError) as error:
            raise StoreUnavailable(
                f"no Neo4j answers at {uri} ({error})", fix="Start it, or correct store.uri."
            ) from error
        except (DriverError, ValueError) as error:
            raise FixInput(str(error), where=Where(key="store.uri")) from error

    @property
    def location(self) -> str:
        """Say where the graph lies."""
        return f"{self._uri}/{self._database}"

    def read(self, query: str, **params: object) -> list[dict[str, Any]]:
        """Run a named read query and give its rows."""
        columns, values = self._fetch(query, params)
        return [dict(zip(columns, row, strict=True)) for row in values]

    def table(self, query: str, **params: object) -> pl.DataFrame:
        """Run a named read query and give its columns, typed as its header says."""
        columns, values = self._fetch(query, params)
        turned: Iterable[Sequence[Any]] = (
            zip(*values, strict=True) if values else [[] for _ in columns]
        )
        return to_frame(query, dict(zip(columns, map(list, turned), strict=True)))

    def write(self, query: str, rows: Iterable[Row]) -> Counts:
        """Run a named write query over rows, in batches, each acknowledged."""
        counts = Counts()
        for batch in batches(list(rows), BATCH_ROWS):
            counts.add(self._apply([(query, batch)]))
        return counts

    def transaction(self) -> Transaction:
        """Gather writes that are applied as one; the driver may run them again."""
        return Transaction(self._apply)

    def schema(self, statements: Sequence[str]) -> None:
        """Run schema statements and wait until the indexes are there."""
        for statement in statements:
            self._driver.execute_query(statement, database_=self._database)
        self._driver.execute_query("CALL db.awaitIndexes(60)", database_=self._database)

    def close(self) -> None:
        """Close the driver."""
        self._driver.close()

    def _fetch(self, query: str, params: dict[str, object]) -> tuple[list[str], list[list[Any]]]:
        text = queries.load(query, "neo4j").text

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

    def _apply(self, writes: list[tuple[str, Sequence[Row]]]) -> Counts:
        def work(tx: neo4j.ManagedTransaction) -> Counts:
            counts = Counts()
            for query, rows in writes:
                text = queries.load(query, "neo4j").text
                for batch in batches(rows, BATCH_ROWS):
                    summary = tx.run(text, {"rows": list(batch)}).consume().counters
                    counts.add(_counts(summary))
            return counts

        try:
            with self._driver.session(database=self._database) as session:
                return session.execute_write(work)
        except ServiceUnavailable as error:
            raise StoreUnavailable(str(error)) from error


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
