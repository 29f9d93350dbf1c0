"""A store that notes which queries it was asked to run; everything goes to the real one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from identity.store.base import Counts, Row, Store, Transaction, Writes


class Recording:
    """A store, and the names of the write queries that rows were given to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.written: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def write(self, query: str, rows: Iterable[Row]) -> Counts:
        """Note the query and run it."""
        listed = list(rows)
        if listed:
            self.written.add(query)
        return self.store.write(query, listed)

    def transaction(self) -> Transaction:
        """Note the queries of a transaction and run it."""
        real = self.store.transaction()

        def apply(writes: Writes) -> Counts:
            with real as tx:
                for query, rows in writes():
                    self.written.add(query)
                    tx.write(query, rows)
            return tx.counts

        return Transaction(apply)
