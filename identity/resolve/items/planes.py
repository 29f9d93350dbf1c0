"""What the identifiers of a question say in each plane: who is meant, and what does not count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from identity.model.evidence import EvidenceClass
from identity.resolve.items import blocks
from identity.resolve.items.answer import Alternative, Block, Reason, Status
from identity.resolve.items.asked import Clue
from identity.resolve.items.known import COMPANY, CONTACT, Known, Link, Node, Span
from identity.resolve.items.policy import Policy
from identity.resolve.items.reading import candidates

FOUNDING = frozenset({"email", "user", "contact", "lead", "account"})
"""What alone would found an entity, beside domains; an anonymous id or a workspace would not."""
MOST_ALTERNATIVES = 5

Strength = tuple[int, bool, int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that an identifier stands for, why, and how a company is known by it."""

    span: Span
    reason: Reason
    strength: Strength
    method: str = "deterministic"
    via: str = ""


@dataclass(slots=True)
class Findings:
    """What was found in one plane; ``founds``: something would found an entity of its own."""

    hits: list[Hit] = field(default_factory=list)
    blocked: list[Block] = field(default_factory=list)
    founds: bool = False

    @property
    def by_entity(self) -> dict[str, list[Hit]]:
        """Give the hits of each entity, the strongest first; the strongest entity first."""
        ordered = sorted(self.hits, key=lambda h: (h.strength, h.span.entity))
        found: dict[str, list[Hit]] = {}
        for hit in ordered:
            found.setdefault(hit.span.entity, []).append(hit)
        return found

    @property
    def status(self) -> Status:
        """Say what became of the question in this plane."""
        count = len(self.by_entity)
        if count:
            return Status.MATCHED if count == 1 else Status.AMBIGUOUS
        return Status.NEW if self.founds else Status.REJECTED

    def alternatives(self) -> tuple[Alternative, ...]:
        """Give who it may be, the strongest first."""
        return tuple(
            Alternative(entity, hits[0].reason.evidence_class, tuple(h.reason for h in hits))
            for entity, hits in list(self.by_entity.items())[:MOST_ALTERNATIVES]
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """What findings rest on: what was read, the rules of the project, the instant."""

    known: Known
    policy: Policy
    at_ms: int

    def node(self, clue: Clue) -> Node | None:
        """Give the graph's identifier of a clue."""
        return self.known.nodes.get(clue.id) if clue.id is not None else None


def people(clues: Iterable[Clue], ground: Ground) -> Findings:
    """Find the contacts that identifiers of the person plane stand for."""
    found = Findings()
    for clue in clues:
        node = ground.node(clue)
        blocked = blocks.of_clue(clue, node, ground.policy)
        if blocked is not None:
            found.blocked.append(blocked)
            continue
        spans = node.stands_for(CONTACT, ground.at_ms) if node is not None else ()
        found.hits.extend(_hit(clue, span, ground) for span in spans)
        if spans:
            continue
        _found(clue, found)
    return found


def companies(clues: Iterable[Clue], ground: Ground) -> Findings:
    """Find the companies that identifiers of the company plane, and hosts of e-mails, stand for."""
    found = Findings()
    for clue in clues:
        node = ground.node(clue)
        name = blocks.name_of(clue, node, ground.policy)
        mailbox = clue.value_class == "email" and name in blocks.MAILBOXES
        if name is not None and not mailbox:
            blocked = blocks.of_clue(clue, node, ground.policy)
            assert blocked is not None
            found.blocked.append(blocked)
        elif clue.host is not None:
            _of_host(clue, ground, found)
        else:
            spans = node.stands_for(COMPANY, ground.at_ms) if node is not None else ()
            via = _via(clue, node, ground.policy)
            found.hits.extend(_hit(clue, span, ground, via=via) for span in spans)
            if not spans:
                _found(clue, found)
    return found


def _found(clue: Clue, found: Findings) -> None:
    """Note what an identifier that nobody has yet would do."""
    if clue.value_class in FOUNDING:
        found.founds = True
    else:
        found.blocked.append(blocks.block(clue, "founds_nothing"))


def _of_host(clue: Clue, ground: Ground, found: Findings) -> None:
    host = clue.host
    assert host is not None
    kind = ground.policy.classifier.classify(host)
    if not kind.founds:
        found.blocked.append(blocks.of_class(clue, kind.name))
        return
    for level, names in enumerate(candidates(host, ground.policy)):
        nodes = [n for n in map(ground.known.nodes.get, names) if n is not None]
        for node in nodes:
            if node.standing is not None:
                found.blocked.append(blocks.block(clue, node.standing, value_class="domain"))
                return
        hits = [
            _hit(clue, span, ground, through=Through(node.id, exact=level == 0))
            for node in nodes
            for span in node.stands_for(COMPANY, ground.at_ms)
        ]
        if hits:
            found.hits.append(min(hits, key=lambda h: h.strength))
            return
    _of_base(clue, kind.base, ground, found)


def _of_base(clue: Clue, base: str, ground: Ground, found: Findings) -> None:
    """Ask the other hosts of a domain, where neither a host nor its parents are known."""
    others = [(i, s) for i, s in ground.known.hosts.get(base, ()) if s.holds(ground.at_ms)]
    entities = {span.entity for _, span in others}
    if len(entities) > 1:
        found.blocked.append(blocks.block(clue, "ambiguous", value_class="domain"))
    elif others:
        name, span = others[0]
        found.hits.append(_hit(clue, span, ground, through=Through(name, exact=False)))
    else:
        found.founds = True


def _via(clue: Clue, node: Node | None, policy: Policy) -> str:
    if clue.value_class == "workspace":
        return "workspace"
    primary = node is not None and node.source == policy.primary
    return "crm" if primary else "other_crm"


@dataclass(frozen=True, slots=True)
class Through:
    """The host that spoke for a clue; ``exact``: it is the clue's own host."""

    id: str
    exact: bool


def _hit(
    clue: Clue, span: Span, ground: Ground, *, via: str = "domain", through: Through | None = None
) -> Hit:
    assert clue.id is not None
    identifier = through.id if through is not None else clue.id
    node = ground.known.nodes.get(identifier)
    link = ground.known.strongest(identifier, span.entity)
    rule = "exact"
    evidence_class = link.evidence_class if link is not None else _by_itself(clue, node, ground)
    if through is not None and clue.value_class == "email":
        rule, evidence_class = "domain", EvidenceClass.INFERRED
    elif through is not None and not through.exact:
        rule = "registrable"
    rest = link.strength[1:] if link is not None else (False, 99, 0)
    return Hit(
        span=span,
        reason=Reason(
            rule=f"{clue.value_class}.{rule}",
            left=clue.place,
            right=identifier if rule != "exact" else _right(identifier, node, link),
            value_class=clue.value_class,
            evidence_class=evidence_class.word,
            via=link.rule if link is not None else None,
            source=link.source if link is not None else None,
        ),
        strength=(evidence_class, *rest),
        method=link.method if link is not None else "deterministic",
        via=via,
    )


def _right(identifier: str, node: Node | None, link: Link | None) -> str:
    """Name what an identifier was joined to: its own record, else the other end of evidence."""
    return identifier if link is None or (node is not None and node.record) else link.other


def _by_itself(clue: Clue, node: Node | None, ground: Ground) -> EvidenceClass:
    """Give the class of an identifier that is an entity without evidence beside it."""
    if node is not None and node.record:
        primary = node.source == ground.policy.primary
        return EvidenceClass.AUTHORITATIVE if primary else EvidenceClass.ASSERTED
    return EvidenceClass.INFERRED if clue.value_class == "domain" else EvidenceClass.OBSERVED
