"""A transaction: what is given is applied beside, in order, all of it or nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from identity.store.base import Abandoned, Counts, Transaction, Writes
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from tests.unit.store.test_embedded import event

SECONDS = 30


class Applied:
    """What an engine has applied, and how that ended."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.first = threading.Event()
        self.abandoned = False

    def __call__(self, writes: Writes) -> Counts:
        try:
            for query, _ in writes():
                self.queries.append(query)
                self.first.set()
        except Abandoned:
            self.abandoned = True
            raise
        return Counts(nodes_created=len(self.queries))


def test_the_first_write_is_applied_before_the_second_is_given() -> None:
    applied = Applied()
    with Transaction(applied) as tx:
        tx.write("one", [{"id": 1}])
        assert applied.first.wait(SECONDS)
        tx.write("none", [])
        tx.write("two", ({"id": i} for i in range(2)))
    assert applied.queries == ["one", "two"]
    assert tx.counts.nodes_created == 2


def test_no_writes_are_no_transaction() -> None:
    def never(writes: Writes) -> Counts:
        raise AssertionError(writes)

    with Transaction(never) as tx:
        tx.write("none", [])
    assert tx.counts == Counts()


def test_an_engine_may_begin_anew() -> None:
    seen: list[list[str]] = []

    def twice(writes: Writes) -> Counts:
        for _ in range(2):
            seen.append([query for query, _ in writes()])
        return Counts()

    with Transaction(twice) as tx:
        tx.write("one", [{}])
        tx.write("two", [{}])
    assert seen == [["one", "two"]] * 2


def test_an_error_of_the_block_ends_what_is_applied_beside() -> None:
    applied = Applied()

    def break_off() -> None:
        with Transaction(applied) as tx:
            tx.write("one", [{}])
            assert applied.first.wait(SECONDS)
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        break_off()
    assert applied.abandoned


def test_an_error_of_the_engine_is_raised_where_the_block_ends() -> None:
    reached = []

    def failing(writes: Writes) -> Counts:
        raise ValueError(next(writes())[0])

    def work() -> None:
        with Transaction(failing) as tx:
            tx.write("one", [{}])
            tx.write("two", [{}])
            reached.append("the end")

    with pytest.raises(ValueError, match="one"):
        work()
    assert reached


def test_the_embedded_store_keeps_nothing_of_a_block_that_broke_off(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    migrate(store)

    def break_off() -> None:
        with store.transaction() as tx:
            tx.write("ingest/event", [event("one")])
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert store.read("ingest/known_events", ids=["one"]) == []
    with store.transaction() as tx:
        tx.write("ingest/event", [event("one")])
    assert [row["id"] for row in store.read("ingest/known_events", ids=["one"])] == ["one"]
    store.close()
