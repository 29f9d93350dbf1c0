"""Keeping the erased out: rows about them are set aside, and what others say of them is dropped.

Pure functions of a batch and of what is suppressed (R31). Each row still ends in exactly one count,
and nothing that is noted of a row tells whom it was about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from identity.errors import ErasureKeyMissing
from identity.model import identifiers as ids
from identity.model.facts import (
    Batch,
    IncomingNode,
    IncomingRecord,
    Origin,
    Problem,
)
from identity.model.suppression import (
    Gone,
    Key,
    Span,
    each_text,
    is_gone,
    left_of,
    without_addresses,
)

CODE = "E_ERASED"
_ROW = "the row is about somebody who was erased"
_FIELD = "a value of the row names somebody who was erased"
_FIX = "Remove it at the source, or let the person come back: identity erase --lift."


def gone_of(rows: Iterable[Mapping[str, Any]], secret: bytes | None) -> Gone:
    """Give what is suppressed.

    Args:
        rows: of the query ``ingest/suppressions``.
        secret: the project's key.

    Raises:
        ErasureKeyMissing: there is no key, or it is not the one of the hashes.
    """
    spans: dict[str, list[Span]] = {}
    keys: set[str] = set()
    for row in rows:
        spans.setdefault(row["id"].partition(":")[0], []).append(
            Span(row["from_ms"], row["until_ms"])
        )
        keys.add(row["key_id"])
    return Gone(spans, key_for(secret, keys))


def key_for(secret: bytes | None, known: Iterable[str]) -> Key:
    """Give the project's key, made sure that it is the one of the hashes there are.

    Raises:
        ErasureKeyMissing: there is no key, or it is another one.
    """
    fix = "Set IDENTITY_ERASURE_KEY, or put the key's file back where erasure.key_file says."
    if secret is None:
        raise ErasureKeyMissing("people were erased; the key to keep them out is missing", fix=fix)
    key = Key(secret)
    if set(known) - {key.id}:
        raise ErasureKeyMissing("people were erased with another key than this one", fix=fix)
    return key


@dataclass(slots=True)
class _Aside:
    """Rows that are set aside, and rows that lost a value."""

    rows: list[tuple[Origin, str]] = field(default_factory=list)
    fields: list[tuple[Origin, str]] = field(default_factory=list)

    def problems(self) -> list[Problem]:
        return [
            *(_problem(origin, source, _ROW, "row") for origin, source in self.rows),
            *(_problem(origin, source, _FIELD, "field") for origin, source in self.fields),
        ]


def _problem(origin: Origin, source: str, message: str, scope: str) -> Problem:
    return Problem(
        code=CODE,
        message=message,
        fix=_FIX,
        source=source,
        file=origin.file,
        row=origin.row,
        column=None,
        scope=scope,
        masked="",
    )


def block(batch: Batch, gone: Gone) -> None:
    """Take out of a batch what is about the erased; what was taken out is noted as problems.

    A record that turns out to be of the erased takes along what names it: its associations, the
    values of its fields, the events of its id.
    """
    aside = _Aside()
    batch.records, gone = _records(batch.records, gone, aside)
    values, edges, decisions = [], [], []
    for value, origin in batch.values:
        if gone.covers(value.record):
            aside.rows.append((origin, ids.parse(value.record).scope or ""))
        else:
            values.append((value, origin))
    for edge in batch.edges:
        if gone.covers(edge.src) or gone.covers(edge.dst):
            aside.rows.append((edge.origin, edge.source))
        else:
            edges.append(edge)
    for decision in batch.decisions:
        if any(gone.covers(i) for _, i in decision.links):
            aside.rows.append((decision.origin, str(decision.values["source"])))
        else:
            decisions.append(_said(decision, gone, aside))
    batch.values, batch.edges, batch.decisions = values, edges, decisions
    batch.events = _nodes(batch.events, gone, aside)
    batch.consents = _nodes(batch.consents, gone, aside)
    hers = {(o.file, o.row) for o, _ in aside.rows}
    kept = [p for p in batch.problems if (p.file, p.row) not in hers]
    batch.problems = [*kept, *aside.problems()]


def _records(
    records: list[IncomingRecord], gone: Gone, aside: _Aside
) -> tuple[list[IncomingRecord], Gone]:
    found = gone
    while True:
        blocked = {
            r.record
            for r in records
            if not found.covers(r.record) and is_gone(r.record, r.version.claims, found)
        }
        if not blocked:
            break
        found = _and(found, blocked)
    kept = []
    for record in records:
        if is_gone(record.record, record.version.claims, found):
            aside.rows.append((record.origin, record.source))
            continue
        cleared = _cleared(record, found)
        if cleared is not record:
            aside.fields.append((record.origin, record.source))
        kept.append(cleared)
    return kept, found


def _and(gone: Gone, more: Iterable[str]) -> Gone:
    key = gone.key
    named = {key.digest(i) if key is not None else i: (Span(),) for i in more}
    return Gone({**gone.spans, **named}, key)


def _cleared(record: IncomingRecord, gone: Gone) -> IncomingRecord:
    """Drop what a record says of the erased; its digest stays, so that it is known again."""
    version = record.version
    claims = tuple(c for c in version.claims if not gone.covers(c.to))
    attributes = each_text(version.attributes, lambda text: without_addresses(text, gone))
    if len(claims) == len(version.claims) and attributes == version.attributes:
        return record
    return replace(record, version=replace(version, claims=claims, attributes=attributes))


def _said(decision: IncomingNode, gone: Gone, aside: _Aside) -> IncomingNode:
    """Take addresses of the erased out of what a person wrote to a decision about others."""
    names = ("actor", "reason")
    given = {n: decision.values[n] for n in names if decision.values.get(n) is not None}
    left = {n: without_addresses(str(text), gone) for n, text in given.items()}
    if left == given:
        return decision
    aside.fields.append((decision.origin, str(decision.values["source"])))
    return replace(decision, values={**decision.values, **left})


def _nodes(nodes: list[IncomingNode], gone: Gone, aside: _Aside) -> list[IncomingNode]:
    kept = []
    for node in nodes:
        source, at_ms = str(node.values["source"]), node.values["at_ms"]
        carried = tuple(i for _, i in node.links)
        left = left_of(carried, gone, at_ms)
        if left is None:
            aside.rows.append((node.origin, source))
            continue
        values = each_text(node.values, lambda text: without_addresses(text, gone))
        if len(left) < len(carried) and "properties" in values:
            values["properties"] = None
        links = tuple((edge, i) for edge, i in node.links if i in left)
        cleared = replace(node, values=values, links=links)
        if cleared != node:
            aside.fields.append((node.origin, source))
        kept.append(cleared)
    return kept
