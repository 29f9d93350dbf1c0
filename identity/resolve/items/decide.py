"""Decide: the answer to a question from what was read. A pure function; nothing is guessed.

All known identifiers of one contact: matched. Of several: ambiguous, with who it may be. None
known: new, with the company that a business domain stands for. Nothing that stands for anybody:
rejected, with the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable

from identity.model.identifiers import Plane
from identity.resolve.items import blocks
from identity.resolve.items.answer import Answer, Block, CompanyRole, Role, Status
from identity.resolve.items.asked import Clue, ItemKind, Question
from identity.resolve.items.known import Known
from identity.resolve.items.planes import (
    Findings,
    Ground,
    companies,
    people,
)
from identity.resolve.items.policy import Policy
from identity.resolve.memberships import VIAS


def decide(question: Question, known: Known, policy: Policy) -> Answer:
    """Answer one question."""
    ground = Ground(known, policy, question.as_of_ms)
    match question.kind:
        case ItemKind.CONTACT:
            return _contact(question, ground)
        case ItemKind.COMPANY:
            return _company(question, ground)
        case ItemKind.EVENT:
            return _event(question, ground)


def _contact(question: Question, ground: Ground) -> Answer:
    persons, firms, neither = _sorted(question.clues, ground)
    found = people(persons, ground)
    strangers = neither if persons else [*firms, *neither]
    held, more = _companies_beside(found, question.clues, ground)
    blocked = [*found.blocked, *_misplaced(strangers, "contact"), *more]
    return _answer(question, found.status, found, held, blocked, contact=_only(found))


def _company(question: Question, ground: Ground) -> Answer:
    usable = _of_companies(question.clues, ground)
    found = companies(usable, ground)
    strangers = [c for c in question.clues if c not in usable]
    held = _roles(found, Role.MATCHED) if found.status is Status.MATCHED else ()
    blocked = [*found.blocked, *_misplaced(strangers, "company")]
    return _answer(question, found.status, found, held, blocked)


def _event(question: Question, ground: Ground) -> Answer:
    """Answer for both planes: ambiguous if either is, else matched if somebody is meant in one."""
    persons, firms, strangers = _sorted(question.clues, ground)
    found, explicit = people(persons, ground), companies(firms, ground)
    held, more = _companies_beside(found, persons, ground)
    blocked = [*found.blocked, *explicit.blocked, *_misplaced(strangers, "contact"), *more]
    for part in (found, explicit):
        if part.status is Status.AMBIGUOUS:
            return _answer(question, part.status, part, (), blocked)
    held = _unique([*_roles(explicit, Role.MATCHED), *held])
    both = Findings([*found.hits, *explicit.hits], founds=found.founds or explicit.founds)
    status = Status.MATCHED if both.hits else both.status
    return _answer(question, status, both, held, blocked, contact=_only(found))


def _sorted(clues: Iterable[Clue], ground: Ground) -> tuple[list[Clue], list[Clue], list[Clue]]:
    """Tell what stands for persons, what for companies, and what for neither."""
    found: dict[Plane | None, list[Clue]] = {Plane.PERSON: [], Plane.COMPANY: [], None: []}
    for clue in clues:
        found[ground.policy.plane(clue.value_class)].append(clue)
    return found[Plane.PERSON], found[Plane.COMPANY], found[None]


def _of_companies(clues: Iterable[Clue], ground: Ground) -> list[Clue]:
    """Give what may say something of a company: what stands for one, and hosts of e-mails."""
    plane = ground.policy.plane
    return [c for c in clues if c.value_class == "email" or plane(c.value_class) is Plane.COMPANY]


def _only(found: Findings) -> str | None:
    """Give the one entity that was found."""
    entities = list(found.by_entity)
    return entities[0] if len(entities) == 1 else None


def _companies_beside(
    found: Findings, clues: Iterable[Clue], ground: Ground
) -> tuple[tuple[CompanyRole, ...], list[Block]]:
    """Give the companies that come with a contact, known or new, or with a shared mailbox."""
    match found.status:
        case Status.MATCHED:
            (contact,) = found.by_entity
            return _memberships(contact, ground), []
        case Status.NEW:
            expected = companies(_of_companies(clues, ground), ground)
            known = {b.left for b in found.blocked}
            return _roles(expected, Role.EXPECTED), [
                b for b in expected.blocked if b.left not in known
            ]
        case Status.REJECTED:
            usable = [c for c in clues if c.value_class == "email"]
            return _roles(companies(usable, ground), Role.MATCHED), []
        case _:
            return (), []


def _memberships(contact: str, ground: Ground) -> tuple[CompanyRole, ...]:
    held = [m for m in ground.known.memberships.get(contact, ()) if m.span.holds(ground.at_ms)]
    held.sort(key=lambda m: (not m.primary, VIAS.index(m.via), m.span.entity))
    return _unique(
        CompanyRole(
            m.span.entity, Role.PRIMARY if m.primary else Role.MEMBER, m.via, m.span.from_ms
        )
        for m in held
    )


def _roles(found: Findings, role: Role) -> tuple[CompanyRole, ...]:
    best = (hits[0] for hits in found.by_entity.values())
    return _unique(CompanyRole(h.span.entity, role, h.via, h.span.from_ms) for h in best)


def _unique(roles: Iterable[CompanyRole]) -> tuple[CompanyRole, ...]:
    """Keep one role per company: the first."""
    found: dict[str, CompanyRole] = {}
    for role in roles:
        found.setdefault(role.id, role)
    return tuple(found.values())


def _misplaced(clues: Iterable[Clue], wanted: str) -> list[Block]:
    return [
        blocks.wrong_plane(c, wanted)
        if c.id is not None
        else blocks.block(
            c, "not_valid" if c.bad else "no_value", detail=c.bad.message if c.bad else ""
        )
        for c in clues
    ]


def _answer(
    question: Question,
    status: Status,
    found: Findings,
    held: tuple[CompanyRole, ...],
    blocked: list[Block],
    *,
    contact: str | None = None,
) -> Answer:
    best = min(found.hits, key=lambda h: (h.strength, h.span.entity), default=None)
    known = best if status is Status.MATCHED else None
    return Answer(
        ref=question.ref,
        status=status,
        as_of_ms=question.as_of_ms,
        contact=contact,
        companies=held,
        method=known.method if known is not None else None,
        evidence_class=known.reason.evidence_class if known is not None else None,
        evidence=tuple(h.reason for h in found.hits) if known is not None else (),
        blocked=tuple(blocked),
        alternatives=found.alternatives() if status is Status.AMBIGUOUS else (),
    )
