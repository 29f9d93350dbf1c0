"""Reading what the graph holds of a person; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable

from identity.erase.found import Found, carriers, stars
from identity.erase.scrub import needles
from identity.erase.subject import Subject
from identity.model import identifiers as ids
from identity.store.base import Store

RANK = {ids.KINDS[kind].prefix: place for place, kind in enumerate(ids.STRENGTH_IN_EVENT)}


def read(store: Store, subject: Subject) -> Found:
    """Read all that is of a person, and all that speaks of it."""
    found = Found(subject)
    own = list(subject.identifiers)
    ever = sorted({*own, *subject.lent})
    found.events = [
        e
        for e in carriers(store.read("erase/events", ids=ever))
        if e.left(subject.gone) != e.carried
    ]
    found.consents = [
        c
        for c in carriers(store.read("erase/consents", ids=ever), "OF")
        if c.left(subject.gone) != c.carried
    ]
    decisions = store.read("erase/decisions", ids=own)
    found.decisions = [d["id"] for d in decisions]
    ends = {i for d in decisions for i in (d["left"], d["right"]) if i is not None}
    carried = {i for c in (*found.events, *found.consents) for i in c.carried}
    _read_around(store, found, ends | carried)
    _read_derived(store, found)
    _read_support(store, found)
    _read_texts(store, found)
    if subject.contact is not None:
        found.memberships = len(store.read("explain/memberships", id=subject.contact))
    return found


def _read_around(store: Store, found: Found, named: set[str]) -> None:
    """Find which identifiers the person's facts name, and which of them nothing else speaks of.

    Those may speak of each other (an address of its host): all that are named are taken for alone
    until one is found that something else speaks of, and what is next to the alone is asked too.
    """
    own = set(found.subject.identifiers)
    candidates = named | {r["id"] for r in store.read("erase/neighbours", ids=sorted(own))}
    alone: set[str] = set()
    while True:
        left = _alone(store, found, (alone | candidates) - own)
        if left == alone:
            break
        alone = left
        candidates |= {r["id"] for r in store.read("erase/neighbours", ids=sorted(alone))}
    found.alone = sorted(alone)
    gone = own | alone
    stays = (candidates | set(found.subject.lent)) - gone
    rows = store.read("erase/identifiers", ids=sorted(stays))
    found.stays = {r["id"]: r["standing"] for r in rows}
    found.near = stays


def _alone(store: Store, found: Found, assumed: set[str]) -> set[str]:
    """Give those of some identifiers that nothing but the person's facts and they speak of."""
    while True:
        rows = store.read(
            "erase/alone",
            ids=sorted(assumed),
            gone=sorted({*found.subject.identifiers, *assumed}),
            events=found.gone_events(),
            consents=found.gone_consents(),
            decisions=found.decisions,
        )
        left = {r["id"] for r in rows}
        if left == assumed:
            return left
        assumed = left


def _read_derived(store: Store, found: Found) -> None:
    """Find what was derived of the person, and what has to be derived anew without."""
    gone, lent = sorted(found.identifiers), sorted(found.subject.lent)
    known = store.read("erase/identifiers", ids=sorted({*gone, *lent}))
    components = sorted({r["component"] for r in known if r["component"] is not None})
    for row in store.read("erase/component", components=components):
        if row["id"] not in found.identifiers:
            found.near.add(row["id"])
            if row["component"] in found.identifiers:
                found.lost_component.append(row["id"])
    reviews = store.read("erase/reviews", ids=sorted({*gone, *lent}))
    found.reviews = [r["id"] for r in reviews]
    found.near |= {s for r in reviews for s in r["subjects"]} - found.identifiers
    found.stages = [r["id"] for r in store.read("erase/stages", ids=gone)]
    touched = [e.id for e in found.events]
    found.sessions = [r["id"] for r in store.read("erase/sessions", ids=touched)]
    for plural in ("contacts", "companies"):
        rows = store.read(f"erase/{plural}_holding", ids=gone)
        found.holding[plural] = [r for r in rows if r["id"] not in found.subject.contacts]


def _read_support(store: Store, found: Found) -> None:
    """Read what else supports what the person's events supported, and who else carries what."""
    gone = found.subject.gone
    pairs = sorted({p for e in found.events for p in stars(e, gone, RANK)})
    if pairs:
        asked = [{"a": a, "b": b} for a, b in pairs]
        found.pair_events = store.read("erase/pair_events", rows=asked)
        found.pair_evidence = store.read("erase/pair_evidence", rows=asked)
    removed = set(found.gone_events())
    carried = {i for e in found.events if e.id in removed for i in e.carried} - found.identifiers
    asked_flags = sorted(i for i in carried if not i.startswith("domain:"))
    known = store.read("ingest/known_identifiers", ids=asked_flags)
    found.known_flags = {r["id"]: r for r in known}
    found.flags = store.read("erase/carried", ids=asked_flags, events=sorted(removed))


def _read_texts(store: Store, found: Found) -> None:
    """Find the texts that name the person: too many rather than too few."""
    gone = found.identifiers
    names = needles(gone)
    addresses = needles(i for i in gone if ids.parse(i).kind in ("email", "phone"))
    found.records = [
        r for r in store.read("erase/records_naming", needles=names) if r["id"] not in gone
    ]
    removed = set(found.gone_events())
    if addresses:
        named = store.read("erase/events_naming", needles=addresses)
        found.texts = [r for r in named if r["id"] not in removed]
        quarantined = store.read("erase/quarantine_naming", needles=addresses)
        found.quarantine = [r["id"] for r in quarantined]
    said = store.read("erase/decisions_naming", needles=names)
    found.said = [r for r in said if r["id"] not in found.decisions]
    subjects = [*found.subject.contacts, *_ended(found), *sorted(gone), *found.decisions]
    found.changes = store.read("erase/changes_naming", subjects=subjects, needles=names)


def _ended(found: Found) -> Iterable[str]:
    for rows in found.holding.values():
        yield from (r["id"] for r in rows if not set(r["held"] or ()) - found.identifiers)
