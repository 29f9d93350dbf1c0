"""Proposals: pairs, newcomers, anonymous ids, refused evidence, superseded answers, composition."""

from __future__ import annotations

import pytest

from identity.errors import FixInput
from identity.resolve.proposals import (
    Author,
    Entity,
    Proposal,
    StaleProposal,
    extract,
    revert,
    sides,
)

ANN, BOB, CY = "email:ann@acme.com", "email:bob@acme.com", "email:cy@acme.com"
LEAD, CONTACT, ANON = "crm:sf:lead:1", "crm:sf:contact:2", "anon:web:5d1f8a"
MIA = Author("mia", 7_000, "two people")


def pairs(proposal: Proposal) -> set[frozenset[str]]:
    return {frozenset((row["left"], row["right"])) for row in proposal.rows}


def entity(*members: str, **more: object) -> Entity:
    return Entity(frozenset(members), **more)  # type: ignore[arg-type]  # fields of Entity


def test_a_revert_keeps_every_pair_apart_also_where_no_evidence_is() -> None:
    merged = entity(ANN, LEAD, BOB, CONTACT, evidence=[(LEAD, ANN), (CONTACT, BOB), (ANN, BOB)])
    proposal = revert(merged, {ANN, LEAD}, {BOB, CONTACT}, MIA)
    assert pairs(proposal) == {
        frozenset(p) for p in ((ANN, BOB), (ANN, CONTACT), (LEAD, BOB), (LEAD, CONTACT))
    }
    assert {(r["action"], r["actor"], r["at_ms"], r["reason"]) for r in proposal.rows} == {
        ("different", "mia", 7_000, "two people")
    }


def test_a_newcomer_goes_to_the_side_of_its_first_edge() -> None:
    # strongest first: cy reaches bob's side before ann's, by way of the lead
    merged = entity(ANN, BOB, CY, LEAD, evidence=[(LEAD, CY), (LEAD, BOB), (CY, ANN), (ANN, BOB)])
    assert sides(merged, {ANN}, {BOB}) == ({ANN}, {BOB, CY, LEAD})
    proposal = revert(merged, {ANN}, {BOB}, MIA)
    assert pairs(proposal) == {frozenset((ANN, other)) for other in (BOB, CY, LEAD)}


def test_a_newcomer_that_nothing_leads_to_a_side_is_on_none() -> None:
    assert sides(entity(ANN, BOB, CY), {ANN}, {BOB}) == ({ANN}, {BOB})


def test_anonymous_ids_get_no_decision_in_a_revert() -> None:
    merged = entity(ANN, BOB, ANON, evidence=[(ANN, BOB), (BOB, ANON)])
    assert pairs(revert(merged, {ANN}, {BOB}, MIA)) == {frozenset((ANN, BOB))}


def test_a_side_that_has_left_cannot_be_parted_from() -> None:
    with pytest.raises(FixInput, match="no longer"):
        revert(entity(ANN, BOB), {CY}, {BOB}, MIA)


def test_every_same_on_a_pair_is_superseded_whoever_said_it() -> None:
    said = [(BOB, ANN, "dec_2"), (ANN, BOB, "dec_1"), (ANN, CY, "dec_3")]
    merged = entity(ANN, BOB, LEAD, same=said, evidence=[(ANN, BOB), (LEAD, BOB)])
    rows = {(r["left"], r["right"]): r for r in revert(merged, {ANN}, {BOB}, MIA).rows}
    assert rows[ANN, BOB]["supersedes"] == "dec_1 dec_2"
    assert rows[LEAD, ANN]["supersedes"] is None


def test_extract_parts_an_identifier_from_each_other_member() -> None:
    proposal = extract(entity(ANN, BOB, LEAD, ANON), ANN, MIA)
    assert pairs(proposal) == {frozenset((ANN, BOB)), frozenset((ANN, LEAD))}


def test_an_anonymous_id_that_is_extracted_is_parted_from_all() -> None:
    other = "anon:web:77aa31"
    proposal = extract(entity(ANN, ANON, other), ANON, MIA)
    assert pairs(proposal) == {frozenset((ANON, ANN)), frozenset((ANON, other))}


def test_what_the_rest_was_kept_from_stays_apart_when_the_reason_leaves() -> None:
    refused = [
        (LEAD, CY, "anchor"),  # the rest and another contact: nothing would hold it back any more
        (CONTACT, CY, "anchor"),  # what leaves may go where its evidence leads
        (LEAD, "email:info@acme.com", "shared_mailbox"),  # stands alone anyway
        (LEAD, BOB, "limit"),  # both ends inside
        (ANON, CY, "limit"),  # anonymous ids follow the evidence by themselves
    ]
    merged = entity(CONTACT, LEAD, BOB, ANON, refused=refused)
    assert pairs(extract(merged, CONTACT, MIA)) == {
        frozenset((CONTACT, LEAD)),
        frozenset((CONTACT, BOB)),
        frozenset((LEAD, CY)),
    }


def test_only_a_member_can_be_extracted() -> None:
    with pytest.raises(FixInput, match="not in this entity"):
        extract(entity(ANN, BOB), CY, MIA)


def test_a_proposal_for_other_members_is_stale() -> None:
    proposal = extract(entity(ANN, BOB), ANN, MIA)
    proposal.check([BOB, ANN])
    with pytest.raises(StaleProposal) as caught:
        proposal.check([BOB, ANN, CY])
    assert (caught.value.http_status, caught.value.exit_code) == (409, 2)
