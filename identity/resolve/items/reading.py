"""Reading for questions: a handful of set queries, however many are asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from identity.model.evidence import EvidenceClass
from identity.resolve.items.asked import ItemKind, Question
from identity.resolve.items.blocks import name_of
from identity.resolve.items.known import CONTACT, Known, Link, Membership, Node, Span
from identity.resolve.items.policy import Policy
from identity.store.base import Row, Store


def read(store: Store, questions: Sequence[Question], policy: Policy) -> Known:
    """Read what the graph knows of all identifiers of some questions."""
    ids = {c.id for q in questions for c in q.clues if c.id is not None}
    nodes = _read_nodes(store, ids)
    tried = {
        host: [i for level in candidates(host, policy) for i in level]
        for host in {h for q in questions for h in _hosts_that_matter(q, nodes, policy)}
        if policy.classifier.classify(host).founds
    }
    nodes |= _read_nodes(store, {i for t in tried.values() for i in t} - ids)
    bases = {
        policy.classifier.classify(host).base
        for host, names in tried.items()
        if not any(n in nodes for n in names)
    }
    joined = sorted(n.id for n in nodes.values() if n.spans)
    contacts = {s.entity for n in nodes.values() for s in n.spans if s.entity.startswith(CONTACT)}
    return Known(
        nodes=nodes,
        links=_links(store.read("api/evidence", ids=joined)) if joined else {},
        memberships=(
            _memberships(store.read("api/memberships", ids=sorted(contacts))) if contacts else {}
        ),
        hosts=_hosts(store.read("api/hosts", bases=sorted(bases))) if bases else {},
    )


def _read_nodes(store: Store, ids: Collection[str]) -> dict[str, Node]:
    return _nodes(store.read("api/identifiers", ids=sorted(ids))) if ids else {}


def _hosts_that_matter(
    question: Question, nodes: Mapping[str, Node], policy: Policy
) -> Iterator[str]:
    """Give the hosts that an answer may need: those of e-mails only where nobody has them yet."""
    known = question.kind is not ItemKind.COMPANY and any(
        node.stands_for(CONTACT, question.as_of_ms) and name_of(clue, node, policy) is None
        for clue in question.clues
        if clue.id is not None and (node := nodes.get(clue.id)) is not None
    )
    for clue in question.clues:
        if clue.host is not None and (clue.value_class == "domain" or not known):
            yield clue.host


def candidates(host: str, policy: Policy) -> list[tuple[str, str]]:
    """Name the identifiers that may speak for a host: its own, then its parents' up to its domain.

    Each level has two, with and without ``www.``, which are always one (R18).
    """
    plain = host.removeprefix("www.")
    base = policy.classifier.classify(host).base
    names = [plain]
    while names[-1] != base and names[-1].endswith(f".{base}"):
        names.append(names[-1].partition(".")[2])
    return [(f"domain:{name}", f"domain:www.{name}") for name in names]


def _nodes(rows: Iterable[Row]) -> dict[str, Node]:
    spans: dict[str, list[Span]] = {}
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["id"], row)
        held = spans.setdefault(row["id"], [])
        if row["entity"] is not None:
            held.append(_span(row, "entity"))
    return {
        identifier: Node(
            id=identifier,
            source=row["source"],
            record=bool(row["record"]),
            deleted=bool(row["deleted"]),
            standing=row["standing"],
            reason=row["standing_reason"],
            spans=tuple(spans[identifier]),
        )
        for identifier, row in first.items()
    }


def _span(row: Row, name: str) -> Span:
    return Span(row[name], row["from_ms"], row["until_ms"])


def _links(rows: Iterable[Row]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for row in rows:
        link = Link(
            other=row["other"],
            entity=row["entity"],
            rule=row["rule"],
            evidence_class=EvidenceClass[row["evidence_class"].upper()],
            method=row["method"],
            source=row["source"],
            first_seen_ms=row["first_seen_ms"] or 0,
            ended=row["until_ms"] is not None,
        )
        found.setdefault(row["id"], []).append(link)
    return found


def _memberships(rows: Iterable[Row]) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = {}
    for row in rows:
        held = Membership(_span(row, "company"), row["via"], bool(row["primary"]))
        found.setdefault(row["contact"], []).append(held)
    return found


def _hosts(rows: Iterable[Row]) -> dict[str, list[tuple[str, Span]]]:
    found: dict[str, list[tuple[str, Span]]] = {}
    for row in rows:
        found.setdefault(row["base"], []).append((row["id"], _span(row, "entity")))
    return found
