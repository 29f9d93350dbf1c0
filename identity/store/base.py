"""The store port: what every stage may ask of a graph, and nothing more.

A query is a *name*; its text lies in a file (`identity.store.queries`). Reads give rows or a table
whose column types are those the query's header declares, whichever engine answers. Writes take
rows. A transaction keeps the writes that it applies as one, so that an engine may run it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Condition
from types import TracebackType
from typing import Any, Protocol, Self

import polars as pl

from identity.store import queries

Row = Mapping[str, Any]

DTYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "datetime": pl.Datetime("ms", "UTC"),
    "list<string>": pl.List(pl.String()),
    "list<int>": pl.List(pl.Int64()),
}


class Capability(StrEnum):
    """What a store can do beyond the port; stages ask for it instead of naming an engine."""

    MANY_WRITERS = "many_writers"
    BROWSER = "browser"
    WHOLE_GRAPH_IN_MEMORY = "whole_graph_in_memory"


@dataclass(slots=True)
class Counts:
    """What writes changed."""

    nodes_created: int = 0
    nodes_deleted: int = 0
    edges_created: int = 0
    edges_deleted: int = 0
    properties_set: int = 0

    def add(self, other: Counts) -> None:
        """Add another's counts to these."""
        self.nodes_created += other.nodes_created
        self.nodes_deleted += other.nodes_deleted
        self.edges_created += other.edges_created
        self.edges_deleted += other.edges_deleted
        self.properties_set += other.properties_set


Write = tuple[str, Sequence[Row]]
"""The name of a write query, and its rows."""

Writes = Callable[[], Iterator[Write]]
"""Gives the writes of a transaction, from the first one on each time it is called."""

Applying = Callable[[Writes], Counts]
"""Applies writes as one, beginning anew as often as it has to; if they raise, nothing may be left
of them."""


class Abandoned(Exception):
    """The block that gives a transaction's writes ended with an error."""


class Transaction:
    """Writes that are applied together, in the order given, or not at all.

    They are applied in a thread beside, from the first one on, so that an engine writes while the
    next ones are made; what went wrong there is raised where the block ends.
    """

    def __init__(self, apply: Applying) -> None:
        self.counts = Counts()
        self._apply = apply
        self._writes: list[Write] = []
        self._given = Condition()
        self._ended = self._abandoned = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writes")
        self._applied: Future[Counts] | None = None

    def write(self, query: str, rows: Iterable[Row]) -> None:
        """Give the rows of a write query; no rows, no write."""
        listed = rows if isinstance(rows, list) else list(rows)
        if not listed:
            return
        with self._given:
            self._writes.append((query, listed))
            self._given.notify()
        if self._applied is None:
            self._applied = self._pool.submit(self._apply, self._all)

    def _all(self) -> Iterator[Write]:
        """Give all writes from the first on, those that are not made yet as they come."""
        place = 0
        while True:
            with self._given:
                while not self._ended and place == len(self._writes):
                    self._given.wait()
                if self._abandoned:
                    raise Abandoned
                if place == len(self._writes):
                    return
                write = self._writes[place]
            yield write
            place += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._given:
            self._ended, self._abandoned = True, kind is not None
            self._given.notify()
        self._pool.shutdown()
        if self._applied is not None and kind is None:
            self.counts = self._applied.result()


class Store(Protocol):
    """A graph store. One process holds one; close it when done."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Say what this store can do beyond the port."""
        ...

    @property
    def location(self) -> str:
        """Say where the graph lies, for people."""
        ...

    @property
    def engine(self) -> str:
        """Name the engine and its version, for people."""
        ...

    def read(self, query: str, **params: object) -> list[dict[str, Any]]:
        """Run a named read query and give its rows."""
        ...

    def table(self, query: str, **params: object) -> pl.DataFrame:
        """Run a named read query and give its columns, typed as its header says."""
        ...

    def write(self, query: str, rows: Iterable[Row]) -> Counts:
        """Run a named write query over rows, in batches, each acknowledged."""
        ...

    def hold(self) -> AbstractContextManager[None]:
        """Hold the right to write while the block lasts; nobody else writes meanwhile.

        A write outside of such a block takes the right for itself alone.

        Raises:
            StoreLocked: another process has it.
        """
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Apply writes as one, which holds when the block ends without an error."""
        ...

    def export(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Give the whole graph as tables (`identity.store.bulk`), nodes before edges."""
        ...

    def load(self, tables: Iterable[tuple[str, pl.DataFrame]]) -> None:
        """Write tables of a whole graph into an empty one."""
        ...

    def scratch(self, folder: Path) -> Store:
        """Give a private copy of the graph in a folder, to try things on."""
        ...

    def schema(self, statements: Sequence[str]) -> None:
        """Run schema statements (constraints, indexes); each may be repeated."""
        ...

    def forget(self) -> None:
        """Leave nothing of what was deleted in files that this process keeps for the graph."""
        ...

    def close(self) -> None:
        """Give up the store."""
        ...


def side_by_side(store: Store, *reads: tuple[str, Sequence[str]]) -> list[pl.DataFrame]:
    """Read several tables side by side, each of a query and the ids that it takes; in order."""
    with ThreadPoolExecutor(2, thread_name_prefix="reads") as pool:
        return list(pool.map(lambda read: store.table(read[0], ids=read[1]), reads))


def typed_frame(
    schema: Mapping[str, pl.DataType], columns: Mapping[str, Sequence[Any]]
) -> pl.DataFrame:
    """Make a table of columns with given types."""
    return pl.DataFrame([_series(n, t, columns.get(n, [])) for n, t in schema.items()])


def _series(name: str, dtype: pl.DataType, values: Sequence[Any]) -> pl.Series:
    if isinstance(dtype, pl.List):  # row by row there: by way of Arrow it is ten times faster
        import pyarrow as pa

        inner = pa.large_string() if dtype.inner == pl.String() else pa.int64()
        return pl.Series(name, pa.array(values, pa.large_list(inner)), dtype=dtype)
    return pl.Series(name, values, dtype=dtype, strict=True)


def to_frame(query: str, columns: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
    """Make a table of columns with the types that a query's header declares."""
    declared = queries.load(query).returns
    return typed_frame({n: DTYPES[k] for n, k in declared.items()}, columns)


def batches(rows: Sequence[Row], size: int) -> Iterable[Sequence[Row]]:
    """Cut rows into batches, in order."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
