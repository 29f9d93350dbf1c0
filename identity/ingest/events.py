"""Event tables: one row, one event with every identifier it carries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from identity.ingest import identifiers
from identity.ingest.columns import Columns
from identity.ingest.records import attributes
from identity.ingest.spec import AttributeSpec, EventTable
from identity.model import normalise
from identity.model.facts import Attributes, Batch, IncomingNode
from identity.model.instants import to_datetime

CLICK_IDS = (
    "gclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "li_fat_id",
    "fbclid",
    "ttclid",
    "twclid",
    "dclid",
    "yclid",
)
NATURES = {"screen": "page"}
_UTM = {
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "campaign",
    "utm_content": "content",
}


def read(columns: Columns, spec: EventTable, batch: Batch) -> None:
    """Add the events of a table to a batch."""
    context = columns.context
    times = columns.instants(spec.at)
    keys = columns.clean(spec.id, normalise.key) if spec.id else [None] * len(columns)
    carried = _carried(columns, spec)
    natures = columns.clean(spec.call, normalise.text) if spec.call else [None] * len(columns)
    names = columns.clean(spec.event_name, normalise.text)
    details = _details(columns, spec)
    properties = _properties(columns, spec.properties)
    for position, at_ms in enumerate(times):
        if at_ms is None:
            continue
        call = (natures[position] or spec.nature).lower()
        nature = NATURES.get(call, call)
        values: Attributes = {
            **details[position],
            "event_name": names[position] or nature,
            "kind": spec.kind,
            "nature": nature,
            "at_ms": at_ms,
            "source": context.source,
            "properties": properties[position],
        }
        relation = "TOWARDS" if spec.kind == "exposure" else "BY"
        links = tuple((relation, i) for i in carried[position])
        batch.events.append(_event(keys[position], values, links, columns, position))


def _event(
    key: str | None,
    values: Attributes,
    links: tuple[tuple[str, str], ...],
    columns: Columns,
    position: int,
) -> IncomingNode:
    content = orjson.dumps([values, links], option=orjson.OPT_SORT_KEYS)
    digest = hashlib.blake2b(content, digest_size=8).hexdigest()
    values["content_hash"] = digest
    values["at"] = to_datetime(values["at_ms"])
    identity = f"evt:{columns.context.source}:{key or digest}"
    return IncomingNode(identity, values, links, columns.origin(position))


def _carried(columns: Columns, spec: EventTable) -> list[tuple[str, ...]]:
    found: list[dict[str, None]] = [{} for _ in range(len(columns))]
    for identifier in spec.identifiers:
        for position, values in enumerate(identifiers.of_spec(columns, identifier)):
            found[position].update(dict.fromkeys(values))
    return [tuple(sorted(f)) for f in found]


def _details(columns: Columns, spec: EventTable) -> list[Attributes]:
    rows: list[Attributes] = [{} for _ in range(len(columns))]
    for name, column in spec.columns:
        for row, value in zip(rows, columns.clean(column, normalise.text), strict=True):
            if value is not None:
                row[name] = value
    for row, url in zip(rows, columns.raw(spec.url), strict=True):
        for name, value in _landing(url or ""):
            row.setdefault(name, value)
    for row, url in zip(rows, columns.raw(spec.referrer), strict=True):
        host = _referrer(url or "")
        if host is not None:
            row["referrer_host"] = host
    if spec.value is not None:
        specs = [AttributeSpec("value_minor", spec.value, "amount")]
        if spec.currency is not None:
            specs.insert(0, AttributeSpec("currency", spec.currency))
        for row, extra in zip(rows, attributes(columns, tuple(specs)), strict=True):
            row.update(extra)
    return rows


@lru_cache(maxsize=100_000)
def _landing(url: str) -> Sequence[tuple[str, str]]:
    """Take a page's URL apart: host, path, campaign parameters, the name of a click id."""
    if not url:
        return ()
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        host = parts.hostname
        query = parse_qsl(parts.query)
    except ValueError:
        return ()
    found: list[tuple[str, str]] = []
    if host:
        found.append(("landing_host", host))
    if parts.path:
        found.append(("landing_path", parts.path))
    found.extend((_UTM[k], v) for k, v in query if k in _UTM and v)
    names = {k for k, _ in query}
    found.extend(("click_id", c) for c in CLICK_IDS if c in names)
    return found


@lru_cache(maxsize=100_000)
def _referrer(url: str) -> str | None:
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or None
    except ValueError:
        return None


def _properties(columns: Columns, wanted: str | None) -> list[str | None]:
    """Give all else that the source says of an event as JSON text."""
    if wanted is None:
        return [None] * len(columns)
    prefix = f"{wanted.lower()}."
    nested = [n for n in columns.table.columns if n.lower().startswith(prefix)]
    if not nested:
        return [v or None for v in columns.raw(wanted)]
    parts = {name[len(prefix) :]: columns.table.rows[name].to_list() for name in nested}
    rows: list[str | None] = []
    for position in range(len(columns)):
        values: dict[str, Any] = {
            name: column[position] for name, column in parts.items() if column[position] is not None
        }
        rows.append(orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode() if values else None)
    return rows
