"""Applying events, cost, decisions and consents: each row a node, new or changed ones only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from identity.ingest.apply_records import Outcomes
from identity.ingest.write import mark_dirty, write_edges, write_identifiers
from identity.model import identifiers as ids
from identity.model.facts import EdgeFact, IncomingNode
from identity.model.identifiers import Plane
from identity.store.base import Store

CHUNK = 50_000
_EVENT_FIELDS = (
    "event_name",
    "kind",
    "nature",
    "at",
    "at_ms",
    "source",
    "source_seq",
    "content_hash",
    "utm_source",
    "utm_medium",
    "campaign",
    "content",
    "referrer_host",
    "click_id",
    "landing_host",
    "landing_path",
    "country",
    "value_minor",
    "currency",
    "properties",
)
_SPEND_FIELDS = (
    "date",
    "amount_minor",
    "currency",
    "channel",
    "source",
    "campaign",
    "campaign_id",
    "clicks",
    "impressions",
    "content_hash",
)
_RANK = {kind: rank for rank, kind in enumerate(ids.STRENGTH_IN_EVENT)}


def broken_ingests(store: Store, run: int) -> frozenset[int]:
    """Give the runs before this one that broke off as they read.

    Their nodes do not count as read: what hangs on them may be missing.
    """
    return frozenset(row["seq"] for row in store.read("store/broken_ingests")) - {run}


def _fresh(
    store: Store,
    query: str,
    incoming: list[IncomingNode],
    outcomes: Outcomes,
    broken: frozenset[int] = frozenset(),
) -> tuple[list[IncomingNode], frozenset[str]]:
    """Keep the rows that are new or say something else than the node that counts as read.

    Gives them, and the ids of all rows whose node is there, whether it counts or not.
    """
    there = store.read(query, ids=sorted({item.id for item in incoming}))
    known = {row["id"]: row.get("content_hash") for row in there if row.get("run") not in broken}
    kept: dict[str, IncomingNode] = {}
    for item in incoming:
        digest = item.values.get("content_hash")
        if item.id in known and known[item.id] == digest:
            outcomes[item.origin.file, "unchanged"] += 1
            continue
        if item.id in kept:
            same = kept[item.id].values.get("content_hash") == digest
            outcomes[item.origin.file, "unchanged" if same else "superseded"] += 1
            continue
        kept[item.id] = item
        outcomes[item.origin.file, "applied"] += 1
    return list(kept.values()), frozenset(row["id"] for row in there)


def apply_events(
    store: Store,
    incoming: list[IncomingNode],
    *,
    run: int,
    primary: str | None,
    broken: frozenset[int],
) -> Outcomes:
    """Apply events; what several identifiers of one event support is counted anew (R3).

    ``broken``: the runs whose nodes do not count as read.
    """
    outcomes: Outcomes = Counter()
    for start in range(0, len(incoming), CHUNK):
        chunk = incoming[start : start + CHUNK]
        fresh, there = _fresh(store, "ingest/known_events", chunk, outcomes, broken)
        if fresh:
            _write_events(store, fresh, there, run=run, primary=primary)
    return outcomes


def _write_events(
    store: Store,
    events: list[IncomingNode],
    there: frozenset[str],
    *,
    run: int,
    primary: str | None,
) -> None:
    """Write events, who did or met them, and the evidence that their identifiers are.

    ``there``: those that have a node. The others are created whole, which costs the embedded engine
    a quarter of one value after the other.
    """
    write_identifiers(store, {i for e in events for _, i in e.links}, run)
    new, changed = [], []
    for event in sorted(events, key=lambda e: e.id):
        values = {f: event.values.get(f) for f in _EVENT_FIELDS}
        values |= {"name": event.values["event_name"], "run": run}
        if event.id in there:
            changed.append({"id": event.id, "values": values})
        else:
            new.append({"id": event.id, **values})
    store.write("ingest/event", new)
    store.write("ingest/event_changed", changed)
    for relation in ("BY", "TOWARDS"):
        links = [{"src": e.id, "dst": i} for e in events for edge, i in e.links if edge == relation]
        store.write(f"ingest/event_{relation.lower()}", sorted(links, key=_by_end))
    _write_seen(store, events)
    pairs = sorted({p for e in events for p in _star(e)})
    facts = _observed(store, pairs)
    mark_dirty(store, {f.src for f in facts} | {f.dst for f in facts})
    write_edges(store, facts, run=run, primary=primary)


def _by_end(link: Mapping[str, str]) -> tuple[str, str]:
    return link["dst"], link["src"]


def _write_seen(store: Store, events: Iterable[IncomingNode]) -> None:
    """Note which identifiers activities and exposures carry; a domain only by itself (R15, E41)."""
    seen: dict[str, list[bool]] = {}
    for event in events:
        carried = [i for _, i in event.links]
        known = any(ids.plane_of(i) is Plane.PERSON for i in carried)
        for relation, identifier in event.links:
            if identifier.startswith("domain:") and known:
                continue
            flags = seen.setdefault(identifier, [False, False])
            flags[relation == "TOWARDS"] = True
    stored = {r["id"]: r for r in store.read("ingest/known_identifiers", ids=sorted(seen))}
    rows = []
    for identifier, (active, exposed) in sorted(seen.items()):
        before = stored[identifier]
        now = (bool(before["active"]) or active, bool(before["exposed"]) or exposed)
        if now != (bool(before["active"]), bool(before["exposed"])):
            rows.append({"id": identifier, "active": now[0], "exposed": now[1]})
    store.write("ingest/seen", rows)


def _star(event: IncomingNode) -> list[tuple[str, str, str, bool]]:
    """Give the pairs that an event supports: its strongest identifier with each other one (R2)."""
    carried = sorted(
        (i for edge, i in event.links if edge == "BY" and _kind(i) in _RANK),
        key=lambda i: (_RANK[_kind(i)], i),
    )
    alias = event.values["nature"] == "alias"
    return [(carried[0], other, event.values["source"], alias) for other in carried[1:]]


def _kind(identifier: str) -> str:
    return ids.parse(identifier).kind


def _observed(store: Store, pairs: list[tuple[str, str, str, bool]]) -> list[EdgeFact]:
    asked = [
        {
            "a": a,
            "kind": _kind(a),
            "stronger": list(ids.STRENGTH_IN_EVENT[: _RANK[_kind(a)]]),
            "b": b,
            "source": source,
            "alias": alias,
        }
        for a, b, source, alias in pairs
    ]
    found = store.read("ingest/pair_observations", rows=asked) if asked else []
    return [
        EdgeFact(
            edge="SAME_PERSON",
            src=row["a"],
            dst=row["b"],
            key=f"{'web.alias' if row['alias'] else 'web.identify'}|{row['source']}|",
            rule="web.alias" if row["alias"] else "web.identify",
            source=row["source"],
            record=row["record"],
            observations=row["observations"],
            first_seen_ms=row["first_seen_ms"],
            last_seen_ms=row["last_seen_ms"],
            from_ms=None,
            until_ms=None,
            withdrawn=False,
        )
        for row in found
    ]


def apply_spend(store: Store, incoming: list[IncomingNode], *, run: int) -> Outcomes:
    """Apply cost rows."""
    outcomes: Outcomes = Counter()
    rows = []
    fresh, _ = _fresh(store, "ingest/known_spend", incoming, outcomes)
    for item in fresh:
        values = {f: item.values.get(f) for f in _SPEND_FIELDS}
        caption = str(values["campaign"] or values["channel"] or values["source"])
        rows.append({"id": item.id, "name": caption, "run": run, **values})
    store.write("ingest/spend", sorted(rows, key=lambda r: str(r["id"])))
    return outcomes


def apply_decisions(
    store: Store, incoming: list[IncomingNode], *, run: int, broken: frozenset[int]
) -> Outcomes:
    """Apply decisions; they are appended and never edited, but may be taken back (R26).

    One that was taken back stays so, also where a file still has its row. ``broken``: the runs
    whose nodes do not count as read.
    """
    outcomes: Outcomes = Counter()
    listed = sorted({d.id for d in incoming})
    stored = store.read("ingest/known_decisions", ids=listed)
    known = {
        row["id"]: bool(row["withdrawn"])
        for row in stored
        if row["withdrawn"] or row["run"] not in broken
    }
    kept: dict[str, IncomingNode] = {}
    for decision in incoming:
        withdrawn = bool(decision.values.get("withdrawn"))
        fresh_now = decision.id not in known or (withdrawn and not known[decision.id])
        outcomes[decision.origin.file, "applied" if fresh_now else "unchanged"] += 1
        if fresh_now:
            known[decision.id] = withdrawn
            kept[decision.id] = decision
    fresh = list(kept.values())
    write_identifiers(store, {i for d in fresh for _, i in d.links}, run)
    rows = [
        {
            "id": d.id,
            "name": d.values["action"],
            "expires_ms": None,
            "supersedes": None,
            "withdrawn": False,
            "run": run,
            **d.values,
        }
        for d in fresh
    ]
    mark_dirty(store, {i for d in fresh for _, i in d.links})
    store.write("ingest/decision", sorted(rows, key=lambda r: str(r["id"])))
    links = [{"src": d.id, "dst": i} for d in fresh for _, i in d.links]
    store.write("ingest/decision_about", sorted(links, key=_by_end))
    return outcomes


def apply_consents(
    store: Store, incoming: list[IncomingNode], *, run: int, broken: frozenset[int]
) -> Outcomes:
    """Apply consents; ``broken``: the runs whose nodes do not count as read."""
    outcomes: Outcomes = Counter()
    fresh, _ = _fresh(store, "ingest/known_consents", incoming, outcomes, broken)
    write_identifiers(store, {i for c in fresh for _, i in c.links}, run)
    rows = [{"id": c.id, "name": c.values["purpose"], "run": run, **c.values} for c in fresh]
    store.write("ingest/consent", sorted(rows, key=lambda r: str(r["id"])))
    links = [{"src": c.id, "dst": i} for c in fresh for _, i in c.links]
    store.write("ingest/consent_of", sorted(links, key=_by_end))
    return outcomes
