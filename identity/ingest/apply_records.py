"""Applying records: merge versions into histories, and write what changes in the edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from identity.ingest import history as histories
from identity.ingest.history import Standing
from identity.ingest.write import (
    Row,
    attribute_values,
    mark_dirty,
    remove_edges,
    write_edges,
    write_identifiers,
)
from identity.model.evidence import DERIVED_RULES, MERGES
from identity.model.facts import (
    Batch,
    EdgeFact,
    FieldValue,
    History,
    IncomingEdge,
    IncomingRecord,
    Origin,
    Version,
)
from identity.model.schema import RECORD_ATTRIBUTES
from identity.store.base import Store

Outcomes = Counter[tuple[str, str]]
CHUNK = 20_000


def apply_records(
    store: Store, incoming: list[IncomingRecord], *, run: int, primary: str | None
) -> Outcomes:
    """Apply versions of records; give (file, outcome) counts."""
    outcomes: Outcomes = Counter()
    for start in range(0, len(incoming), CHUNK):
        part = incoming[start : start + CHUNK]
        known = _load(store, {r.record for r in part})
        stored = {record: list(history.versions) for record, history in known.items()}
        changed: set[str] = set()
        for item in part:
            history = known.setdefault(item.record, History(item.record, item.source, item.object))
            outcome = histories.add(history, item.version)
            outcomes[item.origin.file, outcome] += 1
            if outcome != "unchanged":
                changed.add(item.record)
        if changed:
            _write_changed(store, known, changed, stored, run=run, primary=primary)
    return outcomes


def made_anew(store: Store, records: Iterable[str], *, run: int, primary: str | None) -> None:
    """Make the edges of records anew of their histories, where those lost something."""
    known = _load(store, records)
    if known:
        _write_changed(store, known, set(known), {}, run=run, primary=primary)


def _load(store: Store, records: Iterable[str]) -> dict[str, History]:
    rows = store.read("ingest/records", ids=sorted(records))
    return {
        row["id"]: histories.load(row["id"], row["source"], row["object"], row["history"])
        for row in rows
    }


def _write_changed(
    store: Store,
    known: dict[str, History],
    changed: set[str],
    stored: dict[str, list[Version]],
    *,
    run: int,
    primary: str | None,
) -> None:
    """Write records and their edges.

    ``stored``: what the graph holds of those that changed; of others of them all is written.
    """
    groups = _merge_groups(store, known, changed)
    facts: list[EdgeFact] = []
    status: dict[str, Standing] = {}
    for group in groups:
        facts.extend(histories.edges(group))
        status.update(histories.standings(group))
    affected = {record: history for group in groups for record, history in group.items()}
    ends = {f.src for f in facts} | {f.dst for f in facts} | set(affected)
    rows = {r: _record_row(h, status[r]) for r, h in sorted(affected.items())}
    fresh = write_identifiers(store, ends, run, rows)
    _write_difference(store, affected, facts, fresh, run=run, primary=primary)
    # what a record said counts as read only now: broken off before, it is applied again
    store.write("ingest/record_read", [{"id": r} for r in rows if r in fresh])
    there = ((r, row) for r, row in rows.items() if r not in fresh)
    before = {r: h.versions for r, h in affected.items() if r not in changed} | stored
    differing = [(r, _differing(row, affected[r], before.get(r, []))) for r, row in there]
    store.write("ingest/record", [{"id": r, "values": values} for r, values in differing])


def _differing(row: Row, history: History, before: list[Version]) -> Row:
    """Give the values of a record that differ from those that the graph has of it.

    Where nothing was read before, all attributes are written: an ingest that broke off may have
    left some. What others say of a record, that it was merged into one of them, is always written.
    """
    values = _flat(row)
    if not before:
        return {p.name: None for p in RECORD_ATTRIBUTES} | values
    standing = Standing(history.record, row["deleted"], (), None)
    stored = _flat(_record_row(replace(history, versions=before), standing))
    return {
        name: value
        for name, value in values.items()
        if name in ("deleted", "merged_into") or name not in stored or stored[name] != value
    }


def _flat(row: Row) -> Row:
    attributes: Row = row["attributes"]
    return {n: v for n, v in row.items() if n not in ("id", "attributes")} | attributes


def _record_row(history: History, standing: Standing) -> Row:
    newest = history.newest
    known = [v for v in history.versions if not v.deleted] or [newest]
    attributes = known[-1].attributes
    created = [v.created_ms for v in history.versions if v.created_ms is not None]
    return {
        "id": history.record,
        "name": _caption(history.record, attributes),
        "source": history.source,
        "object": history.object,
        "at_ms": newest.at_ms,
        "created_ms": min(created) if created else None,
        "deleted": standing.deleted,
        "merged_into": standing.winner,
        "history": histories.dump(history),
        "run": newest.run,
        "attributes": attribute_values(attributes, (v.attributes for v in history.versions)),
    }


def _caption(record: str, attributes: Mapping[str, object]) -> str:
    full = " ".join(str(attributes[k]) for k in ("first_name", "last_name") if k in attributes)
    for value in (
        attributes.get("company_name") if ":account:" in record else None,
        attributes.get("person_name"),
        full,
        attributes.get("opportunity_name"),
        attributes.get("company_name"),
    ):
        if value:
            return str(value)
    return record.rpartition(":")[2]


def _merge_groups(
    store: Store, known: dict[str, History], changed: set[str]
) -> list[dict[str, History]]:
    """Group changed records with all that merges connect them with, loading what is missing.

    A master does not say that others were merged into it: the graph is asked for every record.
    """
    links = _links(known, changed)
    frontier = {r for r in changed if r.startswith("crm:")} | {x for v in links.values() for x in v}
    looked: set[str] = set()
    while frontier - looked:
        fresh = sorted(frontier - looked)
        looked |= set(fresh)
        neighbours = store.read("ingest/merge_neighbours", ids=fresh)
        found = {row["id"] for row in neighbours} | set(fresh)
        known.update(_load(store, found - set(known)))
        links = _links(known, looked | found)
        frontier |= found | {x for v in links.values() for x in v}
    return _components(changed | (frontier & set(known)), links, known)


def _links(known: Mapping[str, History], records: Iterable[str]) -> dict[str, set[str]]:
    links: dict[str, set[str]] = {}
    for record in records:
        history = known.get(record)
        for version in history.versions if history else ():
            for claim in version.claims:
                if claim.rule in MERGES:
                    links.setdefault(record, set()).add(claim.to)
                    links.setdefault(claim.to, set()).add(record)
    return links


def _components(
    records: set[str], links: Mapping[str, set[str]], known: Mapping[str, History]
) -> list[dict[str, History]]:
    seen: set[str] = set()
    groups = []
    for record in sorted(records):
        if record in seen:
            continue
        stack, members = [record], {record}
        while stack:
            for other in links.get(stack.pop(), ()):
                if other not in members:
                    members.add(other)
                    stack.append(other)
        seen |= members
        groups.append({m: known[m] for m in sorted(members) if m in known})
    return [g for g in groups if g]


def _write_difference(
    store: Store,
    affected: Mapping[str, History],
    facts: list[EdgeFact],
    fresh: set[str],
    *,
    run: int,
    primary: str | None,
) -> None:
    """Write the edges that records make and did not; what is ``fresh`` is marked already."""
    listed = sorted(affected)
    stored: dict[tuple[str, str, str, str], EdgeFact] = {}
    for query in ("ingest/edges_from", "ingest/edges_towards"):
        for row in store.read(query, ids=listed):
            if row["rule"] in DERIVED_RULES:
                continue
            fact = EdgeFact(**row)
            stored[fact.edge, fact.src, fact.dst, fact.key] = fact
    wanted = {(f.edge, f.src, f.dst, f.key): f for f in facts}
    changed = [f for k, f in wanted.items() if not _same(stored.get(k), f)]
    gone = [k for k in stored if k not in wanted]
    touched = {f.src for f in changed} | {f.dst for f in changed}
    mark_dirty(store, (touched | {k[1] for k in gone} | {k[2] for k in gone}) - fresh)
    write_edges(store, changed, run=run, primary=primary)
    remove_edges(store, gone)


def _same(stored: EdgeFact | None, fact: EdgeFact) -> bool:
    if stored is None:
        return False
    names: tuple[str, ...] = (
        "until_ms",
        "withdrawn",
        "first_seen_ms",
        "primary",
        "role",
        "source",
        "record",
    )
    if fact.rule:
        names = (*names, "observations", "last_seen_ms", "rule")
    return all(getattr(stored, n) == getattr(fact, n) for n in names)


def apply_values(store: Store, incoming: list[tuple[FieldValue, Origin]], *, run: int) -> Outcomes:
    """Apply dated field values; a record keeps all of them, each once."""
    outcomes: Outcomes = Counter()
    records = sorted({value.record for value, _ in incoming})
    rows = store.read("ingest/field_histories", ids=records)
    known = {r["id"]: orjson.loads(r["field_history"] or b"[]") for r in rows}
    changed: set[str] = set()
    for value, origin in incoming:
        entry = [value.field, value.value, value.at_ms, value.extra]
        entries = known.setdefault(value.record, [])
        if entry in entries:
            outcomes[origin.file, "unchanged"] += 1
            continue
        entries.append(entry)
        changed.add(value.record)
        outcomes[origin.file, "applied"] += 1
    write_identifiers(store, changed, run)
    packed = [
        {"id": r, "field_history": orjson.dumps(sorted(known[r], key=_by_time)).decode()}
        for r in sorted(changed)
    ]
    store.write("ingest/field_history", packed)
    return outcomes


def _by_time(entry: list[object]) -> tuple[object, ...]:
    return (entry[2], entry[0], entry[1])


def apply_edges(
    store: Store, incoming: list[IncomingEdge], *, run: int, primary: str | None
) -> Outcomes:
    """Apply rows of tables of pairs: of a key the newest row holds, however late it is read."""
    outcomes: Outcomes = Counter()
    rows = [{"src": e.src, "key": e.key} for e in incoming]
    stored = {
        (r["edge"], r["src"], r["key"]): r
        for r in (store.read("ingest/associations", rows=rows) if rows else [])
    }
    newest: dict[tuple[str, str, str], IncomingEdge] = {}
    for edge in incoming:
        key = (edge.edge, edge.src, edge.key)
        before = newest.get(key)
        if before is None or _place(edge) > _place(before):
            newest[key], before = edge, before
        else:
            before = edge
        if before is not None:
            outcomes[before.origin.file, "superseded"] += 1
    changed, gone, seen_again = [], [], []
    for key, edge in newest.items():
        known = stored.get(key)
        if known is None or _place_stored(known) < _place(edge):
            same = known is not None and _says(_place_stored(known)) == _says(_place(edge))
            outcomes[edge.origin.file, "unchanged" if same else "applied"] += 1
            if not same:
                changed.append(_pair_fact(edge))
            elif edge.timed:
                seen_again.append(_pair_fact(edge))
            if known is not None and known["dst"] != edge.dst:
                gone.append((edge.edge, edge.src, known["dst"], edge.key))
        else:
            equal = _says(_place_stored(known)) == _says(_place(edge))
            outcomes[edge.origin.file, "unchanged" if equal else "superseded"] += 1
    write_identifiers(store, {f.src for f in changed} | {f.dst for f in changed}, run)
    touched = {f.src for f in changed} | {f.dst for f in changed}
    mark_dirty(store, touched | {g[2] for g in gone})
    remove_edges(store, gone)
    write_edges(store, changed + seen_again, run=run, primary=primary)
    return outcomes


Place = tuple[int, bool, str, bool, str]


def _place(edge: IncomingEdge) -> Place:
    """Give the order of rows of one key: by time, then by what they say."""
    return (edge.at_ms, edge.deleted, edge.dst, bool(edge.primary), edge.role or "")


def _place_stored(known: Mapping[str, Any]) -> Place:
    return (
        known["first_seen_ms"],
        bool(known["withdrawn"]),
        known["dst"],
        bool(known.get("primary")),
        known.get("role") or "",
    )


def _says(place: Place) -> tuple[bool, str, bool, str]:
    return place[1:]


def _pair_fact(edge: IncomingEdge) -> EdgeFact:
    return EdgeFact(
        edge=edge.edge,
        src=edge.src,
        dst=edge.dst,
        key=edge.key,
        rule="",
        source=edge.source,
        record=edge.record,
        observations=1,
        first_seen_ms=edge.at_ms,
        last_seen_ms=edge.at_ms,
        from_ms=None,
        until_ms=None,
        withdrawn=edge.deleted,
        primary=edge.primary,
        role=edge.role,
    )


def count_rows(batch: Batch) -> Outcomes:
    """Count the rows that were set aside, by file."""
    return Counter((p.file, "quarantined") for p in batch.problems if p.scope == "row")
