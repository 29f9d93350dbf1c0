"""Writing facts: nodes before edges, everything sorted by key, each write repeatable.

An ingest may break off between two writes. So identifiers are marked as touched before what touches
them is written, and what makes a row count as read is written last, or is not believed when the
run that wrote it broke off.

Rows are sorted so that parallel writers lock in one order, and so that two stores get the same
sequence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from identity.model import identifiers as ids
from identity.model.evidence import EVIDENCE_RULES, EvidenceClass
from identity.model.facts import EdgeFact
from identity.store.base import Store

Row = dict[str, Any]
EVIDENCE_EDGES = ("SAME_PERSON", "SAME_COMPANY")
RELATION_EDGES = ("WORKS_AT", "HAS_CONTACT", "FOR_ACCOUNT", "PARENT_OF")
ASSOCIATED = ("WORKS_AT", "HAS_CONTACT")

_RECORDED = ("crm", "opportunity", "user", "workspace")
"""Kinds of identifiers that records have."""

_NO_RECORD: Row = {
    "source": None,
    "object": None,
    "at_ms": None,
    "created_ms": None,
    "deleted": None,
    "merged_into": None,
    "history": None,
    "attributes": {},
}


def write_identifiers(
    store: Store, wanted: Iterable[str], run: int, records: Mapping[str, Row] | None = None
) -> set[str]:
    """Create the identifiers that are not there yet, and connect e-mails with their hosts.

    ``records``: what is known of those that are records, which are created whole with it. One value
    after the other costs the embedded engine three times as much.

    Gives those that were created; they are marked as touched.
    """
    listed = set(wanted)
    listed |= {host_of(i) for i in listed if i.startswith("email:")}
    ordered = sorted(listed)
    known = {row["id"] for row in store.read("ingest/known_identifiers", ids=ordered)}
    fresh = [i for i in ordered if i not in known]
    by_kind: dict[str, list[Row]] = {}
    for identifier in fresh:
        parsed = ids.parse(identifier)
        kind = parsed.kind if parsed.kind in ids.KINDS else "other"
        query = "opportunity" if parsed.crm_object == "opportunity" else kind
        row: Row = {
            "id": identifier,
            "name": parsed.value,
            "kind": parsed.kind,
            "scope": parsed.scope,
            "value": parsed.value,
            "run": run,
        }
        if query == "email":
            row["host"] = host_of(identifier)
        elif query in _RECORDED:
            row |= (records or {}).get(identifier, _NO_RECORD)
        by_kind.setdefault(query, []).append(row)
    # in this order: an e-mail is created together with the way to its domain
    for query, rows in sorted(by_kind.items()):
        store.write(f"ingest/identifier_{query}", rows)
    return set(fresh)


def host_of(email: str) -> str:
    """Give the domain identifier of an e-mail identifier: the host as read."""
    return ids.domain(email.rpartition("@")[2])


def evidence_class(rule: str, source: str, primary: str | None) -> EvidenceClass:
    """Give the class of a rule's evidence from a source of a project (R4)."""
    return EVIDENCE_RULES[rule].evidence_class(from_primary=source == primary)


def write_edges(store: Store, facts: Sequence[EdgeFact], *, run: int, primary: str | None) -> None:
    """Write edges, each type by its own query."""
    by_type: dict[str, list[Row]] = {}
    for fact in sorted(facts, key=lambda f: (f.edge, f.src, f.dst, f.key)):
        by_type.setdefault(fact.edge, []).append(_edge_row(fact, run, primary))
    for edge, rows in by_type.items():
        store.write(f"ingest/edge_{edge.lower()}", rows)


def _edge_row(fact: EdgeFact, run: int, primary: str | None) -> Row:
    ended = fact.until_ms is not None or fact.withdrawn
    row: Row = {
        "src": fact.src,
        "dst": fact.dst,
        "key": fact.key,
        "source": fact.source,
        "record": fact.record,
        "first_seen_ms": fact.first_seen_ms,
        "from_ms": fact.from_ms,
        "until_ms": fact.until_ms,
        "withdrawn": fact.withdrawn,
        "run": run,
        "ended_run": run if ended else None,
    }
    if fact.edge in EVIDENCE_EDGES:
        rule = EVIDENCE_RULES[fact.rule]
        row |= {
            "rule": fact.rule,
            "rule_version": rule.version,
            "evidence_class": evidence_class(fact.rule, fact.source, primary).word,
            "method": rule.method.value,
            "observations": fact.observations,
            "last_seen_ms": fact.last_seen_ms,
        }
    elif fact.edge in ASSOCIATED:
        row |= {"primary": fact.primary, "role": fact.role}
    return row


def remove_edges(store: Store, facts: Iterable[tuple[str, str, str, str]]) -> None:
    """Remove edges given as (type, from, to, key)."""
    by_type: dict[str, list[Row]] = {}
    for edge, src, dst, key in sorted(facts):
        by_type.setdefault(edge, []).append({"src": src, "dst": dst, "key": key})
    for edge, rows in by_type.items():
        store.write(f"ingest/remove_{edge.lower()}", rows)


def mark_dirty(store: Store, touched: Iterable[str]) -> None:
    """Mark identifiers as touched since they were last resolved."""
    store.write("ingest/dirty", [{"id": i} for i in sorted(set(touched))])


def attribute_values(attributes: Mapping[str, Any], ever: Iterable[Mapping[str, Any]]) -> Row:
    """Give the attributes of a record; those it had in another version are null, to be cleared."""
    cleared: Row = {name: None for said in ever for name in said}
    return {**cleared, **attributes}
