"""What the tables of a system look like: presets and custom mappings in one vocabulary.

A preset (``ingest/systems``) is nothing but a list of these; a custom source in ``identity.yaml``
becomes one. Column names are matched without regard to case, underscores and a ``property_``
prefix, so that an export of the API, of a data loader and of a connector all fit; alternatives are
separated by ``|``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from identity.model import normalise

_NOISE = re.compile(r"[^a-z0-9.]")
KeyForm = Callable[[str | None], normalise.Text]


def canonical(name: str) -> str:
    """Fold a column's name to what columns are matched by."""
    return _NOISE.sub("", name.lower()).removeprefix("property")


@dataclass(frozen=True, slots=True)
class IdentifierSpec:
    """A column of identifiers that a record asserts.

    ``rule`` is the evidence rule; ``separator`` splits several values in one field. For ids of
    another system ``system`` names the system (the project's source of that system is meant), or
    ``source`` the source itself; without either the ids are the record's own source's.
    """

    kind: str
    column: str
    rule: str
    separator: str | None = None
    crm_object: str | None = None
    system: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """A column that names another record; ``reverse`` makes the edge point at this record."""

    edge: str
    column: str
    to: str
    source: str | None = None
    separator: str | None = None
    reverse: bool = False
    primary: bool | None = None


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """A column of an attribute; ``form`` is text, amount, time, bool, host or email."""

    name: str
    column: str
    form: str = "text"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table of a system; ``files`` are the names it is known by, without suffix."""

    name: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordTable(TableSpec):
    """A table with one row a record (or one row a version of it)."""

    object: str
    id: str
    identifiers: tuple[IdentifierSpec, ...] = ()
    relations: tuple[RelationSpec, ...] = ()
    attributes: tuple[AttributeSpec, ...] = ()
    updated_at: str | None = None
    created_at: str | None = None
    deleted: str | None = None
    merged_into: str | None = None
    merged_from: str | None = None
    conversion: Conversion | None = None
    key_form: KeyForm = field(default=normalise.key)


@dataclass(frozen=True, slots=True)
class Conversion:
    """The columns that say what a lead became, and when."""

    contact: str
    account: str
    at: str


@dataclass(frozen=True, slots=True)
class FieldHistoryTable(TableSpec):
    """A table of dated field values; ``only`` restricts a generic history to some fields."""

    object: str
    record: str
    value: str
    at: str
    attribute: str
    attribute_column: str | None = None
    extras: tuple[AttributeSpec, ...] = ()
    key_form: KeyForm = field(default=normalise.key)


@dataclass(frozen=True, slots=True)
class AssociationTable(TableSpec):
    """A table of pairs of records."""

    edge: str
    src: str
    src_object: str
    dst: str
    dst_object: str
    id: str | None = None
    at: str | None = None
    role: str | None = None
    primary: str | None = None
    deleted: str | None = None
    key_form: KeyForm = field(default=normalise.key)


@dataclass(frozen=True, slots=True)
class EventTable(TableSpec):
    """A table of events; ``identifiers`` are what each event carries.

    ``call`` names the column that tells page, track, identify, group, alias and reveal calls apart;
    without it every row has the nature ``nature``.
    """

    id: str | None
    at: str
    event_name: str | None
    nature: str
    kind: str = "activity"
    call: str | None = None
    identifiers: tuple[IdentifierSpec, ...] = ()
    url: str | None = None
    referrer: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    properties: str | None = None
    value: str | None = None
    currency: str | None = None
    tracking: bool = False


@dataclass(frozen=True, slots=True)
class SpendTable(TableSpec):
    """A table of cost by day and campaign."""

    date: str
    amount: str
    currency: str | None = None
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionTable(TableSpec):
    """A file of pairs that people decided on: ``old,new`` of one kind of identifier."""

    action: str
    kind: str
    left: str
    right: str
    at: str | None = None
    actor: str | None = None
    reason: str | None = None
    valid_from: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentTable(TableSpec):
    """A table of consents of identifiers to purposes."""

    purpose: str
    state: str
    at: str
    channel: str | None = None
    identifiers: tuple[IdentifierSpec, ...] = ()
