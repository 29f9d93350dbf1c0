"""Custom sources: a table of any shape, mapped in ``identity.yaml``, becomes a table spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from identity.config import IdentifierColumn, IdentifierKind, SourceConfig, TimeColumn
from identity.errors import FixInput, Where
from identity.ingest.spec import (
    AttributeSpec,
    ConsentTable,
    DecisionTable,
    EventTable,
    IdentifierSpec,
    RecordTable,
    RelationSpec,
    SpendTable,
    TableSpec,
)
from identity.model.normalise import key, salesforce_id
from identity.model.schema import RECORD_ATTRIBUTES

_RULES = {
    ("email", "primary"): "crm.primary_email",
    ("email", "additional"): "crm.additional_email",
    ("domain", "primary"): "account.domain",
    ("domain", "additional"): "account.additional_domain",
    ("phone", "primary"): "record.phone",
}
_EDGE_OF_ROLE = {
    "works_at": "WORKS_AT",
    "parent": "PARENT_OF",
    "for_account": "FOR_ACCOUNT",
    "has_contact": "HAS_CONTACT",
}
_FORMS = {
    "amount_minor": "amount",
    "close_date_ms": "time",
    "converted_ms": "time",
    "won": "bool",
    "closed": "bool",
    "website": "host",
    "email_address": "email",
}
_ALIASES = {
    "name": None,
    "amount": "amount_minor",
    "close_date": "close_date_ms",
    "value": "amount_minor",
}
_OBJECTS = {"company": "account"}


def table_of(
    source: SourceConfig, systems: Mapping[str, str], kinds: Mapping[str, IdentifierKind]
) -> TableSpec:
    """Turn a custom source's mapping into a table spec.

    Args:
        source: the mapping.
        systems: source names to systems.
        kinds: the kinds of identifiers that the project declares.

    Raises:
        FixInput: the mapping lacks what its object needs, or names an unknown attribute.
    """
    kind = source.object or ""
    stem = (Path(source.path).stem,)
    if kind in ("alias", "decision"):
        columns = [i.column for i in source.identifiers]
        if len(columns) != 2:
            raise _incomplete(source, "two 'identifiers': the old value and the new one")
        return DecisionTable(kind, stem, "same", source.identifiers[0].kind, columns[0], columns[1])
    if kind == "event":
        return _events(source, stem, kinds)
    if kind == "spend":
        return _spend(source, stem)
    if kind == "consent":
        return ConsentTable(
            kind,
            stem,
            source.attributes.get("purpose", "purpose"),
            source.attributes.get("consent", "consent"),
            _time(source, source.at, "at"),
            source.attributes.get("channel"),
            tuple(_identifier(i, source, kinds) for i in source.identifiers),
        )
    return _records(source, stem, systems, kinds)


def columns_of(source: SourceConfig) -> Iterator[str]:
    """Name the columns that a custom source's mapping speaks of: all of them must be there."""
    named = (source.id, source.deleted, source.event_name)
    times = (source.updated_at, source.created_at, source.at)
    yield from (name for name in (*named, *map(_column, times)) if name is not None)
    yield from (identifier.column for identifier in source.identifiers)
    yield from (association.column for association in source.associations)
    # of a consent the mapping names what is wanted first, of all others the column
    of_consent = source.object == "consent"
    yield from source.attributes.values() if of_consent else source.attributes


def _records(
    source: SourceConfig,
    stem: tuple[str, ...],
    systems: Mapping[str, str],
    kinds: Mapping[str, IdentifierKind],
) -> RecordTable:
    if source.id is None:
        raise _incomplete(source, "an 'id' column")
    kind = _OBJECTS.get(source.object or "", source.object or "")
    mine = systems.get(source.source_name)
    return RecordTable(
        name=kind,
        files=stem,
        object=kind,
        id=source.id,
        identifiers=tuple(_identifier(i, source, kinds) for i in source.identifiers),
        relations=tuple(
            RelationSpec(
                _EDGE_OF_ROLE[a.role],
                a.column,
                a.object,
                source=a.source,
                reverse=a.role == "parent",
            )
            for a in source.associations
            if a.role in _EDGE_OF_ROLE
        ),
        attributes=_attributes(source, kind),
        updated_at=_column(source.updated_at),
        created_at=_column(source.created_at),
        deleted=source.deleted,
        key_form=salesforce_id if mine == "salesforce" else key,
    )


def _identifier(
    column: IdentifierColumn, source: SourceConfig, kinds: Mapping[str, IdentifierKind]
) -> IdentifierSpec:
    kind = column.kind
    if kind in kinds:
        _check_plane(source, kind, kinds[kind])
        rule = kinds[kind].rule
    elif kind in ("crm", "workspace", "user"):
        company = column.object == "account" or kind == "workspace"
        rule = "crm.external_id_company" if company else "crm.external_id_person"
    elif kind == "email" and source.object == "user" and column.role == "primary":
        rule = "product.login"
    else:
        rule = _RULES.get((kind, column.role), "crm.external_id_person")
    if source.object in ("event", "consent"):
        rule = ""
    return IdentifierSpec(
        kind, column.column, rule, column.separator, column.object, source=column.source
    )


def _check_plane(source: SourceConfig, name: str, kind: IdentifierKind) -> None:
    """Refuse an identifier of people on companies' records, and the other way round (R1)."""
    plane = "company" if source.object in ("company", "workspace") else "person"
    if source.object not in ("event", "consent") and plane != kind.plane:
        raise FixInput(
            f"the source {source.source_name!r} gives identifiers of kind {name!r}, which is of "
            f"the {kind.plane} plane, to records of object {source.object!r}",
            where=Where(key=f"sources.{source.source_name}.identifiers"),
        )


def _attributes(source: SourceConfig, kind: str) -> tuple[AttributeSpec, ...]:
    known = {p.name for p in RECORD_ATTRIBUTES}
    caption = {
        "account": "company_name",
        "workspace": "company_name",
        "opportunity": "opportunity_name",
    }.get(kind, "person_name")
    found = []
    for column, attribute in source.attributes.items():
        name = caption if attribute == "name" else (_ALIASES.get(attribute) or attribute)
        if name not in known:
            raise FixInput(
                f"the source {source.source_name!r} maps {column!r} to the unknown attribute "
                f"{attribute!r}",
                where=Where(key=f"sources.{source.source_name}.attributes.{column}"),
                fix=f"Known: {', '.join(sorted(known))}.",
            )
        found.append(AttributeSpec(name, column, _FORMS.get(name, "text")))
    return tuple(found)


def _events(
    source: SourceConfig, stem: tuple[str, ...], kinds: Mapping[str, IdentifierKind]
) -> EventTable:
    known = ("utm_source", "utm_medium", "campaign", "content", "country")
    by_name = {attribute: column for column, attribute in source.attributes.items()}
    return EventTable(
        name="event",
        files=stem,
        id=source.id,
        at=_time(source, source.at or source.updated_at, "at"),
        event_name=source.event_name,
        nature="track" if source.product else "product",
        kind=source.event_kind,
        identifiers=tuple(_identifier(i, source, kinds) for i in source.identifiers),
        url=by_name.get("url"),
        referrer=by_name.get("referrer"),
        columns=tuple((n, by_name[n]) for n in known if n in by_name),
        properties=by_name.get("properties"),
        value=by_name.get("value"),
        currency=by_name.get("currency"),
    )


def _spend(source: SourceConfig, stem: tuple[str, ...]) -> SpendTable:
    by_name = {attribute: column for column, attribute in source.attributes.items()}
    known = ("channel", "source", "campaign", "campaign_id", "clicks", "impressions")
    if "amount" not in by_name:
        raise _incomplete(source, "an attribute 'amount'")
    return SpendTable(
        name="spend",
        files=stem,
        date=_time(source, source.at, "at"),
        amount=by_name["amount"],
        currency=by_name.get("currency"),
        columns=tuple((n, by_name[n]) for n in known if n in by_name),
    )


def _column(value: TimeColumn | str | None) -> str | None:
    return value.column if isinstance(value, TimeColumn) else value


def _time(source: SourceConfig, value: TimeColumn | str | None, name: str) -> str:
    column = _column(value)
    if column is None:
        raise _incomplete(source, f"a time column '{name}'")
    return column


def _incomplete(source: SourceConfig, need: str) -> FixInput:
    return FixInput(
        f"the source {source.source_name!r} (object {source.object!r}) needs {need}",
        where=Where(key=f"sources.{source.source_name}"),
    )
