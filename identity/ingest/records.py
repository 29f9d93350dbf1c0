"""Record tables: one row, one version of a record with its claims and attributes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from identity.ingest import identifiers
from identity.ingest.columns import Columns, Context, split
from identity.ingest.spec import AttributeSpec, Conversion, RecordTable, RelationSpec
from identity.model import identifiers as ids
from identity.model import normalise
from identity.model.evidence import EVIDENCE_RULES
from identity.model.facts import Attributes, Batch, Claim, IncomingRecord, Version
from identity.model.identifiers import Plane
from identity.model.money import AmountError, AmountFormat, read_amount
from identity.model.normalise import Bad, Website

FAR_FUTURE_MS = 4_102_444_800_000

PLACE_OF_OBJECT = {
    "user": ids.user,
    "workspace": ids.workspace,
}


def record_id(source: str, crm_object: str, key: str) -> str:
    """Give the identifier that is a record of a source."""
    make = PLACE_OF_OBJECT.get(crm_object)
    return make(source, key) if make else ids.crm(source, crm_object, key)


def read(columns: Columns, spec: RecordTable, batch: Batch) -> None:
    """Add the records of a table to a batch."""
    context = columns.context
    keys = columns.keys(spec.id, spec.key_form)
    claims: list[list[Claim]] = [[] for _ in keys]
    for identifier in spec.identifiers:
        edge = EVIDENCE_RULES[identifier.rule].edge.value
        for position, found in enumerate(identifiers.of_spec(columns, identifier)):
            claims[position].extend(Claim(edge, identifier.rule, i) for i in found)
    for relation in spec.relations:
        _relations(columns, relation, spec, claims)
    merged = _merges(columns, spec, claims)
    if spec.conversion is not None:
        _conversions(columns, spec.conversion, claims)
    values = attributes(columns, spec.attributes)
    updated = columns.clean(spec.updated_at, context.clock.read)
    created = columns.clean(spec.created_at, context.clock.read)
    deleted = columns.clean(spec.deleted, normalise.boolean)
    for position, key in enumerate(keys):
        if key is None:
            continue
        at_ms = updated[position] or created[position]
        own = record_id(context.source, spec.object, key)
        kept = _distinct(c for c in claims[position] if c.to != own)
        version = make_version(
            at_ms=at_ms if at_ms is not None else context.as_of_ms,
            timed=at_ms is not None,
            run=context.run,
            claims=kept,
            attributes={k: v for k, v in values[position].items() if v is not None},
            deleted=bool(deleted[position]) or merged[position] is not None,
            merged_into=merged[position],
            created_ms=created[position],
        )
        batch.records.append(
            IncomingRecord(own, context.source, spec.object, version, columns.origin(position))
        )


def make_version(*, timed: bool, **parts: Any) -> Version:
    """Make a version and its digest; the time counts only where the source gives one."""
    content = [
        [c.as_list() for c in parts["claims"]],
        parts["attributes"],
        parts["deleted"],
        parts["merged_into"],
        parts["created_ms"],
    ]
    packed = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    digest = hashlib.blake2b(packed, digest_size=8).hexdigest()
    return Version(digest=digest if timed else f"~{digest}", **parts)


def _distinct(claims: Any) -> tuple[Claim, ...]:
    """Keep one claim per edge and end; the strongest rule, which stands first in a mapping."""
    found: dict[tuple[str, str, bool], Claim] = {}
    for claim in claims:
        found.setdefault((claim.edge, claim.to, claim.reverse), claim)
    return tuple(sorted(found.values(), key=lambda c: (c.edge, c.rule, c.to)))


def _relations(
    columns: Columns, spec: RelationSpec, table: RecordTable, claims: list[list[Claim]]
) -> None:
    scope = spec.source or columns.context.source
    form = key_form(columns.context, scope, table)
    names = columns.found(spec.column)
    for position, raw in enumerate(columns.raw(spec.column)):
        for part in split(raw, spec.separator):
            value = form(part)
            if isinstance(value, Bad):
                columns.note(position, names[0], value, part or "")
            elif value is not None:
                claims[position].append(
                    Claim(
                        spec.edge,
                        "",
                        record_id(scope, spec.to, value),
                        primary=spec.primary,
                        reverse=spec.reverse,
                    )
                )


def key_form(
    context: Context, scope: str, table: RecordTable | None = None
) -> Callable[[str | None], normalise.Text]:
    """Give the normal form of the ids of a source's records."""
    if context.systems.get(scope) == "salesforce":
        return normalise.salesforce_id
    if table is not None and scope == context.source:
        return table.key_form
    return normalise.key


def _merges(columns: Columns, spec: RecordTable, claims: list[list[Claim]]) -> list[str | None]:
    """Give the record each row was merged into; add the claims of both kinds of merge lists."""
    plane = ids.CRM_OBJECTS.get(spec.object)
    rule = "crm.merge_person" if plane is Plane.PERSON else "crm.merge_company"
    edge = EVIDENCE_RULES[rule].edge.value
    scope = columns.context.source
    into = columns.clean(spec.merged_into, spec.key_form)
    winners: list[str | None] = []
    for position, winner in enumerate(into):
        target = record_id(scope, spec.object, winner) if winner else None
        winners.append(target)
        if target is not None:
            claims[position].append(Claim(edge, rule, target))
    for position, raw in enumerate(columns.raw(spec.merged_from)):
        for part in split(raw, ";"):
            value = spec.key_form(part)
            if isinstance(value, str):
                loser = record_id(scope, spec.object, value)
                claims[position].append(Claim(edge, rule, loser, reverse=True))
    return winners


def _conversions(columns: Columns, spec: Conversion, claims: list[list[Claim]]) -> None:
    context = columns.context
    form = key_form(context, context.source)
    contacts = columns.clean(spec.contact, form)
    accounts = columns.clean(spec.account, form)
    times = columns.clean(spec.at, context.clock.read)
    for position, at_ms in enumerate(times):
        contact, account = contacts[position], accounts[position]
        if contact is not None:
            target = ids.crm(context.source, "contact", contact)
            claims[position].append(Claim("SAME_PERSON", "crm.conversion", target, at_ms))
        if account is not None:
            target = ids.crm(context.source, "account", account)
            claims[position].append(Claim("WORKS_AT", "", target, at_ms, role="converted"))


def attributes(columns: Columns, specs: tuple[AttributeSpec, ...]) -> list[Attributes]:
    """Give each row's attributes in their normal forms."""
    rows: list[Attributes] = [{} for _ in range(len(columns))]
    currencies = columns.clean(
        next((s.column for s in specs if s.name == "currency"), None), normalise.text
    )
    for spec in specs:
        if spec.form == "amount":
            values = _amounts(columns, spec, currencies, rows)
        else:
            values = columns.clean(spec.column, _FORMS[spec.form](columns.context))
        for row, value in zip(rows, values, strict=True):
            if value is not None:
                row.setdefault(spec.name, value)
    return rows


def _amounts(
    columns: Columns,
    spec: AttributeSpec,
    currencies: list[str | None],
    rows: list[Attributes],
) -> list[int | None]:
    context = columns.context
    form = AmountFormat(context.decimal, "," if context.decimal == "." else ".")
    names = columns.found(spec.column)
    values: list[int | None] = []
    for position, raw in enumerate(columns.raw(spec.column)):
        amount = None
        if raw is not None and raw.strip():
            try:
                amount, code = read_amount(raw, currencies[position] or context.currency, form)
                rows[position]["currency"] = code
            except AmountError as error:
                columns.note(position, names[0], Bad(error.code, str(error)), raw)
        values.append(amount)
    return values


def _host(raw: str | None) -> str | Bad | None:
    found = normalise.website(raw)
    return found.host if isinstance(found, Website) else None


_FORMS: dict[str, Callable[[Context], Callable[[str | None], Any]]] = {
    "text": lambda _: normalise.text,
    "bool": lambda _: normalise.boolean,
    # a bad address is noted once, where it is an identifier; here it is only a caption
    "email": lambda _: lambda raw: _quiet(normalise.email(raw)),
    "host": lambda _: _host,
    # dates of deals lie in the future: only events must not
    "time": lambda context: replace(context.clock, latest_ms=FAR_FUTURE_MS).read,
}


def _quiet(value: normalise.Text) -> str | None:
    return value if isinstance(value, str) else None
