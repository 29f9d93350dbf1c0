"""The other tables: field histories, pairs of records, spend, decisions, consents."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable

from identity.ingest import identifiers
from identity.ingest.columns import Columns
from identity.ingest.records import attributes, record_id
from identity.ingest.spec import (
    AssociationTable,
    AttributeSpec,
    ConsentTable,
    DecisionTable,
    FieldHistoryTable,
    SpendTable,
    canonical,
)
from identity.model import identifiers as ids
from identity.model import normalise
from identity.model.facts import Attributes, Batch, FieldValue, IncomingEdge, IncomingNode
from identity.model.instants import iso
from identity.model.normalise import Bad


def read_field_history(columns: Columns, spec: FieldHistoryTable, batch: Batch) -> None:
    """Add the dated values of a field of records to a batch."""
    context = columns.context
    keys = columns.keys(spec.record, spec.key_form)
    times = columns.instants(spec.at)
    values = columns.clean(spec.value, normalise.text)
    fields = columns.clean(spec.attribute_column, normalise.text)
    extras = attributes(columns, spec.extras)
    for position, key in enumerate(keys):
        at_ms, value = times[position], values[position]
        if key is None or at_ms is None:
            continue
        named = fields[position]
        attribute = canonical(named) if named else spec.attribute
        record = record_id(context.source, spec.object, key)
        batch.values.append(
            (
                FieldValue(record, attribute, value or "", at_ms, extras[position]),
                columns.origin(position),
            )
        )


def read_associations(columns: Columns, spec: AssociationTable, batch: Batch) -> None:
    """Add a table of pairs of records to a batch."""
    context = columns.context
    sources = columns.keys(spec.src, spec.key_form)
    targets = columns.keys(spec.dst, spec.key_form)
    rows = columns.clean(spec.id, spec.key_form) if spec.id else [None] * len(columns)
    times = columns.clean(spec.at, context.clock.read)
    deleted = columns.clean(spec.deleted, normalise.boolean)
    primary = columns.clean(spec.primary, normalise.boolean)
    roles = columns.clean(spec.role, normalise.text)
    for position, (src, dst) in enumerate(zip(sources, targets, strict=True)):
        if src is None or dst is None:
            continue
        key = rows[position] or f"{src}>{dst}"
        batch.edges.append(
            IncomingEdge(
                edge=spec.edge,
                src=record_id(context.source, spec.src_object, src),
                dst=record_id(context.source, spec.dst_object, dst),
                key=f"{context.source}|{key}",
                source=context.source,
                record=f"{spec.name}:{key}",
                at_ms=times[position] or context.as_of_ms,
                deleted=bool(deleted[position]),
                primary=primary[position],
                role=roles[position],
                origin=columns.origin(position),
                timed=times[position] is not None,
            )
        )


def read_spend(columns: Columns, spec: SpendTable, batch: Batch) -> None:
    """Add cost rows to a batch.

    A row's identity is all that it says besides its figures, and its place among equal ones: a
    restated figure replaces the earlier one, two rows of one day and campaign both count.
    """
    context = columns.context
    days = columns.instants(spec.date)
    amount = AttributeSpec("amount_minor", spec.amount, "amount")
    specs = [amount, *(AttributeSpec(n, c) for n, c in spec.columns)]
    if spec.currency is not None:
        specs.insert(0, AttributeSpec("currency", spec.currency))
    columns.require(spec.amount)
    rows = attributes(columns, tuple(specs))
    seen: Counter[str] = Counter()
    for position, day_ms in enumerate(days):
        row = rows[position]
        if day_ms is None:
            continue
        if "amount_minor" not in row:
            columns.drop(position, spec.amount, Bad("E_AMOUNT_MISSING", "cost without amount"), "")
            continue
        day = iso(day_ms)[:10]
        figures: Attributes = {
            k: int(float(row.pop(k))) for k in ("clicks", "impressions") if k in row
        }
        minor = row.pop("amount_minor")
        key = "|".join([day, *(f"{k}={v}" for k, v in sorted(row.items()))])
        seen[key] += 1
        identity = _hash(f"{key}|{seen[key]}")
        values: Attributes = {
            **row,
            **figures,
            "amount_minor": minor,
            "date": day,
            "content_hash": _hash(f"{key}|{minor}|{figures}"),
            "source": row.get("source", context.source),
        }
        batch.spend.append(
            IncomingNode(f"spend:{context.source}:{identity}", values, (), columns.origin(position))
        )


_PAIR_FORMS: dict[str, Callable[[str | None], normalise.Text]] = {
    "email": lambda raw: _prefixed(normalise.email(raw), ids.email),
    "domain": lambda raw: _prefixed(normalise.domain(raw), ids.domain),
    "identifier": normalise.key,
}


def _prefixed(value: normalise.Text, make: Callable[[str], str]) -> normalise.Text:
    return make(value) if isinstance(value, str) else value


def read_decisions(columns: Columns, spec: DecisionTable, batch: Batch) -> None:
    """Add a decision file's rows to a batch; rows without actor and time count as the oldest."""
    context = columns.context
    form = _PAIR_FORMS[spec.kind]
    lefts, rights = columns.keys(spec.left, form), columns.keys(spec.right, form)
    times = columns.clean(spec.at, context.clock.read)
    actors = columns.clean(spec.actor, normalise.text)
    reasons = columns.clean(spec.reason, normalise.text)
    starts = columns.clean(spec.valid_from, context.clock.read)
    for position, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        if left is None or right is None:
            continue
        if left == right:
            bad = Bad("E_SELF_MERGE", "both values are the same", "Remove the row.")
            columns.drop(position, spec.right, bad, right)
            continue
        values: Attributes = {
            "action": spec.action,
            "left": left,
            "right": right,
            "actor": actors[position],
            "reason": reasons[position],
            "at_ms": times[position],
            "valid_from_ms": starts[position],
            "source": context.source,
            "row": columns.rows[position],
        }
        batch.decisions.append(
            IncomingNode(
                decision_id(values),
                values,
                (("ABOUT", left), ("ABOUT", right)),
                columns.origin(position),
            )
        )


def decision_id(values: Attributes) -> str:
    """Give a decision's id: a hash of action, pair, source, actor and time (R26)."""
    parts = (values["action"], values["left"], values["right"])
    where = (values["source"], values["actor"], values["at_ms"], values.get("valid_from_ms"))
    return f"dec_{_hash('|'.join(map(str, (*parts, *where))))}"


def read_consents(columns: Columns, spec: ConsentTable, batch: Batch) -> None:
    """Add consents to a batch."""
    context = columns.context
    times = columns.instants(spec.at)
    purposes = columns.clean(spec.purpose, normalise.text)
    states = columns.clean(spec.state, normalise.text)
    channels = columns.clean(spec.channel, normalise.text)
    carried: list[list[str]] = [[] for _ in range(len(columns))]
    for identifier in spec.identifiers:
        for position, found in enumerate(identifiers.of_spec(columns, identifier)):
            carried[position].extend(found)
    for position, at_ms in enumerate(times):
        if at_ms is None:
            continue
        if not carried[position] or purposes[position] is None:
            bad = Bad("E_CONSENT_INCOMPLETE", "a consent without a person or a purpose")
            columns.drop(position, None, bad, "")
            continue
        values: Attributes = {
            "purpose": purposes[position],
            "channel": channels[position],
            "consent": states[position],
            "at_ms": at_ms,
            "source": context.source,
        }
        links = tuple(("OF", i) for i in carried[position])
        identity = _hash(f"{sorted(values.items())!r}{links!r}")
        batch.consents.append(
            IncomingNode(
                f"consent:{context.source}:{identity}", values, links, columns.origin(position)
            )
        )


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
