"""Erasing: the one transaction that takes a person out of the graph, and letting one come back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from identity.erase.scrub import Eraser
from identity.erase.subject import Subject
from identity.erase.work import Work
from identity.model import identifiers as ids
from identity.model.changes import Change, numbered
from identity.model.suppression import Key, Span
from identity.store.base import Store

CHANGE = "erased"
HASH = "hash"
"""What is said of the kind of an identifier that is known by its hash alone."""


@dataclass(frozen=True, slots=True)
class Log:
    """Who erases, when and why; the run's number, and how far the feed was counted before it."""

    actor: str | None
    reason: str | None
    at_ms: int
    run: dict[str, Any]
    changes: int

    @property
    def seq(self) -> int:
        """Give the run's number."""
        return int(self.run["seq"])


def write(store: Store, subject: Subject, work: Work, key: Key, log: Log) -> str:
    """Write all of an erasure as one; give the id of its log row."""
    erasure = next_id(store)
    eraser = Eraser.of(subject.gone, subject.identifiers)
    rows = _feed(work.entities, erasure, log)
    with store.transaction() as tx:
        for query, listed in work.writes:
            tx.write(query, [_in_run(query, row, log.seq) for row in listed])
        for plural, prefix in (("contact", "con_"), ("company", "com_")):
            ended = [i for i in work.entities if i.startswith(prefix)]
            tx.write(f"erase/tombstone_{plural}", [{"id": i, "run": log.seq} for i in ended])
        tx.write("erase/suppression", suppressions(subject, key, erasure))
        tx.write("resolve/change", rows)
        said = replace(log, actor=eraser.text(log.actor), reason=eraser.text(log.reason))
        note = _note(erasure, said, work.entities, work.counts, key.id)
        tx.write("erase/erasure", [note])
        tx.write("store/run", [{**log.run, "changes": log.changes + len(rows)}])
    return erasure


def next_id(store: Store) -> str:
    """Give the id of the next erasure."""
    return f"ers_{len(store.read('erase/erasures')) + 1:06d}"


def _note(
    erasure: str, log: Log, entities: Iterable[str], counts: dict[str, int], key_id: str
) -> dict[str, Any]:
    return {
        "id": erasure,
        "name": erasure,
        "actor": log.actor,
        "reason": log.reason,
        "at_ms": log.at_ms,
        "run": log.seq,
        "entities": list(entities),
        "counts": orjson.dumps(counts).decode(),
        "key_id": key_id,
    }


def _in_run(query: str, row: dict[str, Any], run: int) -> dict[str, Any]:
    return {**row, "run": run} if query == "ingest/edge_same_person" else row


def _feed(entities: Iterable[str], erasure: str, log: Log) -> list[dict[str, Any]]:
    """Give a row of the feed for every id that ends; it says that, and nothing of the person."""
    cause = {"erasure": erasure, "run": log.seq}
    rows = [Change(CHANGE, entity, None, {"state": "erased"}, cause) for entity in entities]
    return numbered(rows, first=log.changes + 1, run=log.seq, as_of_ms=log.at_ms)


def suppressions(subject: Subject, key: Key, erasure: str) -> list[dict[str, Any]]:
    """Give the rows that keep a person out: keyed hashes of what was the person's."""
    spans = [(i, Span()) for i in subject.identifiers]
    spans += [(i, span) for i, lent in sorted(subject.lent.items()) for span in lent]
    rows = []
    for identifier, span in spans:
        digest, kind = key.digest(identifier), ids.parse(identifier).kind
        rows.append(
            {
                "id": digest if span.always else f"{digest}:{span.from_ms}:{span.until_ms}",
                "name": kind,
                "kind": kind,
                "key_id": key.id,
                "erasure": erasure,
                "from_ms": span.from_ms,
                "until_ms": span.until_ms,
            }
        )
    return rows


def erasures_of(store: Store, identifier: str, key: Key) -> list[str]:
    """Give the erasures that keep an identifier out."""
    digest = key.digest(identifier)
    rows = store.read("ingest/suppressions")
    return sorted({r["erasure"] for r in rows if r["id"].partition(":")[0] == digest})


def keep_out(store: Store, rows: Iterable[dict[str, Any]], *, key_id: str, log: Log) -> str:
    """Keep people out of whom the graph holds nothing; give the id of the log row."""
    erasure = next_id(store)
    with store.transaction() as tx:
        named = {"name": HASH, "kind": HASH, "erasure": erasure}
        tx.write("erase/suppression", [{**row, **named} for row in rows])
        tx.write("erase/erasure", [_note(erasure, log, (), {}, key_id)])
    return erasure


def kept_out_by(store: Store, erasures: Iterable[str]) -> list[str]:
    """Give the ids of the hashes that some erasures keep out."""
    chosen = set(erasures)
    return [r["id"] for r in store.read("ingest/suppressions") if r["erasure"] in chosen]


def lift(store: Store, erasures: Iterable[str], *, actor: str | None, at_ms: int) -> None:
    """Let all identifiers of some erasures come back."""
    gone = kept_out_by(store, erasures)
    with store.transaction() as tx:
        tx.write("erase/lift", [{"id": i} for i in gone])
        rows = [{"id": e, "lifted_by": actor, "lifted_ms": at_ms} for e in erasures]
        tx.write("erase/lifted", rows)
