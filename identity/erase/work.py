"""What an erasure writes, as a pure function of what was found: the preview counts it, the
execution does it, and the plan's hash covers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from identity.erase.found import Found, Row, centre
from identity.erase.scrub import DECISION_TEXTS, EVENT_TEXTS, Eraser, attributes
from identity.model.evidence import EVIDENCE_RULES
from identity.model.suppression import left_of

SINGULAR = {"contacts": "contact", "companies": "company"}
Write = tuple[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Work:
    """What is written, in order, as (query, rows).

    ``entities``: canonical ids that end; ``records``: records of others that named the person:
    their edges have to be made anew of what is left of them.
    """

    writes: tuple[Write, ...]
    entities: tuple[str, ...]
    records: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


def work_of(found: Found, rank: dict[str, int]) -> Work:
    """Say what has to be written for a person to be gone.

    Args:
        found: what the graph holds of the person.
        rank: the place of a kind among those that can be the centre of an event's star, by prefix.
    """
    eraser = Eraser.of(
        found.subject.gone, found.identifiers, {*found.decisions, *found.gone_events()}
    )
    ended, ledger = _ledger(found)
    ended["contacts"] = [*found.subject.contacts, *ended["contacts"]]
    entities = tuple(sorted(i for listed in ended.values() for i in listed))
    texts = [
        *_changes(found, eraser, set(entities)),
        *_texts(found, eraser),
        *_records(found, eraser),
    ]
    writes: list[Write] = [
        *texts,
        ("erase/event_without", list(_lost_ends(found))),
        ("erase/event_properties", [{"id": r["id"]} for r in _unique(_lost_ends(found))]),
        *_support(found, rank),
        ("ingest/seen", list(_flags(found))),
        ("erase/delete_event", _ids(found.gone_events())),
        ("erase/delete_consent", _ids(found.gone_consents())),
        ("erase/delete_decision", _ids(found.decisions)),
        ("journey/remove_session", _ids(found.sessions)),
        ("journey/remove_stage", _ids(found.stages)),
        ("resolve/remove_review", _ids(found.reviews)),
        ("ingest/quarantine_release", _ids(found.quarantine)),
        ("erase/delete_identifier", _ids(sorted(found.identifiers))),
        ("erase/forget_component", _ids(sorted(found.lost_component))),
        *ledger,
        *((f"erase/unlink_{SINGULAR[p]}", _ids(listed)) for p, listed in ended.items()),
        ("ingest/dirty", _ids(sorted(found.near))),
    ]
    records = tuple(r["id"] for query, rows in texts if query == "erase/record_text" for r in rows)
    kept = tuple(w for w in writes if w[1])
    return Work(kept, entities, records, _counts(found, texts, entities))


def _ids(listed: list[str]) -> list[Row]:
    return [{"id": i} for i in listed]


def _unique(rows: Iterator[Row]) -> list[Row]:
    return list({r["id"]: r for r in rows}.values())


def _counts(found: Found, texts: list[Write], entities: tuple[str, ...]) -> dict[str, int]:
    removed = found.gone_events()
    changed = {query: len(rows) for query, rows in texts}
    records = [i for i in found.subject.identifiers if i.startswith(("crm:", "user:"))]
    return {
        "identifiers": len(found.subject.identifiers),
        "records": len(records),
        "only named by them": len(found.alone),
        "events": len(removed),
        "events that lose them": len(found.events) - len(removed),
        "consents": len(found.gone_consents()),
        "decisions": len(found.decisions),
        "memberships": found.memberships,
        "reviews": len(found.reviews),
        "sessions": len(found.sessions),
        "stages": len(found.stages),
        "quarantine rows": len(found.quarantine),
        "change feed rows": changed.get("erase/change_text", 0),
        "records of others": changed.get("erase/record_text", 0),
        "texts of others": changed.get("erase/event_text", 0)
        + changed.get("erase/decision_text", 0),
        "canonical ids": len(entities),
    }


def _ledger(found: Found) -> tuple[dict[str, list[str]], list[Write]]:
    """Take what goes out of what ids hold or held; one that held nothing else ends with it."""
    ended: dict[str, list[str]] = {}
    writes: list[Write] = []
    for plural, rows in found.holding.items():
        ended[plural], kept = [], []
        for row in rows:
            held = sorted(set(row["held"] or ()) - found.identifiers)
            if not held:
                ended[plural].append(row["id"])
                continue
            home = min(held) if row["home"] in found.identifiers else row["home"]
            kept.append({"id": row["id"], "home": home, "held": held})
        writes.append((f"erase/ledger_{SINGULAR[plural]}", kept))
    return ended, writes


def _changes(found: Found, eraser: Eraser, ended: set[str]) -> Iterator[Write]:
    """Blank the rows of who ends, and take the person out of the others; no row goes (R29)."""
    rows = []
    for _, row in sorted({r["id"]: r for r in found.changes}.items()):
        values = ("before", "after")
        subject = row["subject"] if row["subject"] in ended else eraser.text(row["subject"])
        cleared = {
            "id": row["id"],
            "subject": subject,
            **{v: "" if row["subject"] in ended else eraser.data(row[v]) for v in values},
            "cause": _run_alone(row["cause"])
            if row["subject"] in ended
            else eraser.data(row["cause"]),
        }
        if cleared != row:
            rows.append(cleared)
    yield "erase/change_text", rows


def _run_alone(cause: str) -> str:
    return orjson.dumps({"run": orjson.loads(cause)["run"]}).decode()


def _texts(found: Found, eraser: Eraser) -> Iterator[Write]:
    reduced = {e.id for e in found.events}
    events = []
    for row in found.texts:
        cleared = {"id": row["id"], **{n: eraser.loose(row[n]) for n in EVENT_TEXTS}}
        if cleared != row or row["id"] in reduced:
            events.append(cleared)
    yield "erase/event_text", events
    said = [
        {"id": row["id"], **{n: eraser.text(row[n]) for n in DECISION_TEXTS}} for row in found.said
    ]
    yield "erase/decision_text", [r for r, b in zip(said, found.said, strict=True) if r != b]


def _records(found: Found, eraser: Eraser) -> Iterator[Write]:
    rows = []
    for row in found.records:
        history = eraser.history(row["id"], row["history"])
        fields = eraser.data(row["field_history"])
        if (history, fields) != (row["history"], row["field_history"]):
            rows.append(
                {
                    "id": row["id"],
                    "history": history,
                    "field_history": fields,
                    "attributes": attributes(history),
                }
            )
    yield "erase/record_text", rows


def _lost_ends(found: Found) -> Iterator[Row]:
    gone = found.subject.gone
    for event in found.events:
        left = event.left(gone)
        if left is not None:
            for identifier in event.carried:
                if identifier not in left:
                    yield {"id": event.id, "identifier": identifier}


def _flags(found: Found) -> Iterator[Row]:
    for row in found.flags:
        known = found.known_flags[row["id"]]
        before = (bool(known["active"]), bool(known["exposed"]))
        if before != (row["active"], row["exposed"]):
            yield {"id": row["id"], "active": row["active"], "exposed": row["exposed"]}


def _support(found: Found, rank: dict[str, int]) -> Iterator[Write]:
    """Count anew what the events that stay support (R3); what nothing supports any more goes."""
    gone = found.subject.gone
    counted: dict[tuple[str, str, str, str], list[tuple[int, str]]] = {}
    for row in found.pair_events:
        left = left_of(row["carried"], gone, row["at_ms"])
        if left is None or centre(left, rank) != row["a"]:
            continue
        rule = "web.alias" if row["nature"] == "alias" else "web.identify"
        pair = (row["a"], row["b"], rule, row["source"])
        counted.setdefault(pair, []).append((row["at_ms"], row["id"]))
    wanted = {(a, b, f"{rule}|{source}|") for a, b, rule, source in counted}
    yield (
        "ingest/remove_same_person",
        [
            {"src": src, "dst": dst, "key": key}
            for src, dst, key in sorted(
                {(e["src"], e["dst"], e["key"]) for e in found.pair_evidence} - wanted
            )
        ],
    )
    yield "ingest/edge_same_person", [_edge(p, sorted(e)) for p, e in sorted(counted.items())]


def _edge(pair: tuple[str, str, str, str], events: list[tuple[int, str]]) -> dict[str, Any]:
    a, b, name, source = pair
    rule = EVIDENCE_RULES[name]
    return {
        "src": a,
        "dst": b,
        "key": f"{name}|{source}|",
        "rule": name,
        "rule_version": rule.version,
        "evidence_class": rule.other.word,
        "method": rule.method.value,
        "source": source,
        "record": events[0][1],
        "observations": len(events),
        "first_seen_ms": events[0][0],
        "last_seen_ms": events[-1][0],
        "from_ms": None,
        "until_ms": None,
        "withdrawn": False,
        "run": None,
        "ended_run": None,
    }
