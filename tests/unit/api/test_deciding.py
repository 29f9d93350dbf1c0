"""The decision itself: a pure function of what was read. Intervals, and what evidence is worth."""

from __future__ import annotations

from typing import Any

import pytest

from identity.config import IdentifierKind, RulesConfig
from identity.model.evidence import EvidenceClass
from identity.resolve.domains import Classifier
from identity.resolve.items.answer import Answer, Role, Status
from identity.resolve.items.asked import Clue, ItemKind, Question, clue
from identity.resolve.items.decide import decide
from identity.resolve.items.known import Known, Link, Membership, Node, Span
from identity.resolve.items.policy import Policy

POLICY = Policy(Classifier(RulesConfig(own_domains=["ourselves.com"])), "crm_one")
ANN = "email:ann@acme.com"
RECORD = "crm:crm_one:contact:1"


def ask(known: Known, *clues: Clue | str, kind: str = "contact", at_ms: int = 100) -> Answer:
    made = tuple(
        clue(f"req.identifiers[{n}]", "email", c) if isinstance(c, str) else c
        for n, c in enumerate(clues)
    )
    return decide(Question("r", ItemKind(kind), made, at_ms), known, POLICY)


def node(identifier: str, *spans: Span, **more: Any) -> Node:
    return Node(identifier, spans=spans, **more)


def knows(*nodes: Node, **more: Any) -> Known:
    return Known({n.id: n for n in nodes}, **more)


def link(other: str, entity: str, evidence_class: EvidenceClass, **more: Any) -> Link:
    values = {"rule": "crm.primary_email", "method": "deterministic", "source": "crm_one"}
    return Link(
        other,
        entity,
        evidence_class=evidence_class,
        first_seen_ms=0,
        ended=False,
        **(values | more),
    )


@pytest.mark.parametrize(
    ("at_ms", "contact"),
    [(0, "con_old"), (49, "con_old"), (50, "con_new"), (99, "con_new"), (10**13, "con_new")],
)
def test_a_recycled_address_stands_for_who_had_it_then(at_ms: int, contact: str) -> None:
    known = knows(node(ANN, Span("con_old", None, 50), Span("con_new", 50, None)))
    assert ask(known, ANN, at_ms=at_ms).contact == contact


def test_an_address_that_nobody_had_yet_is_new() -> None:
    known = knows(node(ANN, Span("con_new", 50, None)))
    assert ask(known, ANN, at_ms=49).status is Status.NEW


def test_memberships_are_those_of_the_instant() -> None:
    held = [
        Membership(Span("com_first", None, 50), "crm", True),
        Membership(Span("com_second", 50, None), "crm", True),
        Membership(Span("com_always"), "workspace", False),
    ]
    known = knows(node(ANN, Span("con_ann")), memberships={"con_ann": held})
    before, after = (ask(known, ANN, at_ms=t).companies for t in (49, 50))
    assert [(c.id, c.role) for c in before] == [
        ("com_first", Role.PRIMARY),
        ("com_always", Role.MEMBER),
    ]
    assert [(c.id, c.from_ms) for c in after] == [("com_second", 50), ("com_always", None)]


def test_a_company_stands_once_by_its_strongest_way() -> None:
    held = [
        Membership(Span("com_a"), via, primary)
        for via, primary in (("workspace", False), ("domain", False), ("crm", True))
    ]
    known = knows(node(ANN, Span("con_ann")), memberships={"con_ann": held})
    (company,) = ask(known, ANN).companies
    assert (company.via, company.role) == ("crm", Role.PRIMARY)


def test_a_domain_that_changed_hands_stands_for_its_holder_then() -> None:
    known = knows(node("domain:acme.com", Span("com_old", None, 50), Span("com_new", 50, None)))
    for at_ms, company in ((49, "com_old"), (50, "com_new")):
        answer = ask(known, "email:bob@acme.com", at_ms=at_ms)
        assert [c.id for c in answer.companies] == [company]


@pytest.mark.parametrize(
    ("links", "wanted"),
    [
        ([], "observed"),
        ([EvidenceClass.OBSERVED, EvidenceClass.ASSERTED], "asserted"),
        ([EvidenceClass.INFERRED, EvidenceClass.DECIDED, EvidenceClass.OBSERVED], "decided"),
    ],
)
def test_the_class_is_that_of_the_strongest_evidence(
    links: list[EvidenceClass], wanted: str
) -> None:
    found = [link(f"{RECORD}{n}", "con_ann", c) for n, c in enumerate(links)]
    known = knows(node(ANN, Span("con_ann")), links={ANN: found})
    assert ask(known, ANN).evidence_class == wanted


def test_evidence_of_another_entity_says_nothing_of_this_one() -> None:
    """Refused evidence leads to an identifier of somebody else."""
    links = {ANN: [link(RECORD, "con_bob", EvidenceClass.DECIDED)]}
    answer = ask(knows(node(ANN, Span("con_ann")), links=links), ANN)
    assert answer.evidence_class == "observed"
    assert answer.evidence[0].right == ANN


def test_ended_evidence_counts_less_than_live_evidence_of_its_class() -> None:
    ended = link(RECORD, "con_ann", EvidenceClass.ASSERTED)
    live = link("crm:crm_two:contact:2", "con_ann", EvidenceClass.ASSERTED)
    ended = Link(**{**{f: getattr(ended, f) for f in Link.__slots__}, "ended": True})
    known = knows(node(ANN, Span("con_ann")), links={ANN: [ended, live]})
    assert ask(known, ANN).evidence[0].right == "crm:crm_two:contact:2"


@pytest.mark.parametrize(
    ("source", "wanted"), [("crm_one", "authoritative"), ("crm_two", "asserted")]
)
def test_a_record_by_itself_is_worth_what_its_system_is(source: str, wanted: str) -> None:
    identifier = f"crm:{source}:contact:1"
    known = knows(node(identifier, Span("con_ann"), record=True, source=source))
    answer = ask(known, identifier)
    assert (answer.evidence_class, answer.evidence[0].right) == (wanted, identifier)


def test_alternatives_go_by_strength_then_by_id() -> None:
    ids = {f"email:p{n}@acme.com": f"con_{9 - n}" for n in range(4)}
    strong = "email:p1@acme.com"
    known = knows(
        *(node(i, Span(entity)) for i, entity in ids.items()),
        links={strong: [link(RECORD, ids[strong], EvidenceClass.ASSERTED)]},
    )
    answer = ask(known, *ids)
    assert [a.id for a in answer.alternatives] == ["con_8", "con_6", "con_7", "con_9"]


def test_a_standing_in_the_graph_beats_what_the_lists_say_today() -> None:
    known = knows(node(ANN, Span("con_ann"), standing="shared_mailbox", reason="marked"))
    answer = ask(known, ANN)
    assert (answer.status, answer.blocked[0].rule) == (Status.REJECTED, "email.marked_shared")


def test_other_hosts_of_an_unknown_domain_speak_for_it_if_they_agree() -> None:
    hosts = [("domain:de.acme.com", Span("com_a")), ("domain:fr.acme.com", Span("com_a"))]
    agreed = Known({}, hosts={"acme.com": hosts})
    assert [c.id for c in ask(agreed, "email:bob@acme.com").companies] == ["com_a"]
    split = Known({}, hosts={"acme.com": [*hosts, ("domain:uk.acme.com", Span("com_b"))]})
    answer = ask(split, "email:bob@acme.com")
    assert (answer.companies, answer.blocked[0].rule) == ((), "domain.ambiguous")


def test_the_company_of_an_event_and_its_contact_are_no_ambiguity() -> None:
    domain = clue("req.identifiers[1]", "domain", "domain:other.com")
    known = knows(node(ANN, Span("con_ann")), node("domain:other.com", Span("com_other")))
    answer = ask(known, ANN, domain, kind="event")
    assert (answer.status, answer.contact) == (Status.MATCHED, "con_ann")
    assert [(c.id, c.role) for c in answer.companies] == [("com_other", Role.MATCHED)]


def test_an_event_of_two_contacts_is_ambiguous_whatever_its_company() -> None:
    domain = clue("req.identifiers[2]", "domain", "domain:other.com")
    known = knows(
        node(ANN, Span("con_ann")),
        node("email:bob@acme.com", Span("con_bob")),
        node("domain:other.com", Span("com_other")),
    )
    answer = ask(known, ANN, "email:bob@acme.com", domain, kind="event")
    assert (answer.status, answer.contact, answer.companies) == (Status.AMBIGUOUS, None, ())
    assert {a.id for a in answer.alternatives} == {"con_ann", "con_bob"}


@pytest.mark.parametrize(("plane", "kind"), [("person", "contact"), ("company", "company")])
def test_a_kind_that_the_project_declares_stands_in_its_plane(plane: str, kind: str) -> None:
    declared = IdentifierKind.model_validate({"plane": plane})
    policy = Policy(POLICY.classifier, POLICY.primary, {"member": declared})
    entity = "con_ann" if plane == "person" else "com_acme"
    known = knows(node("x:member:77", Span(entity)))

    def answer(wanted: str, value: str) -> Answer:
        clues = (clue("req.identifiers[0]", "member", f"x:member:{value}"),)
        return decide(Question("r", ItemKind(wanted), clues, 100), known, policy)

    found = answer(kind, "77")
    assert found.status is Status.MATCHED
    assert entity in (found.contact, *(c.id for c in found.companies))
    other = "company" if kind == "contact" else "contact"
    assert answer(other, "77").blocked[0].rule == "member.wrong_plane"
    unknown = answer(kind, "78")
    assert (unknown.status, unknown.blocked[0].rule) == (Status.REJECTED, "member.founds_nothing")
