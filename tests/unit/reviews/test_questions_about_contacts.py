"""Questions about contacts, workspaces and the shape of evidence, on small worlds."""

from __future__ import annotations

import pytest

from identity.model.facts import Claim
from tests.support.small_world import SmallWorld, ask

pytestmark = pytest.mark.small_frames

ANN = "email:ann@acme.com"


def test_two_contacts_with_one_address(world: SmallWorld) -> None:
    one = world.person("1", "ann@acme.com", person_name="Ann A", created=2)
    two = world.person("2", "ann@acme.com", person_name="Ann B", created=1)
    world.person("3", "bob@acme.com")
    reviews = world.step()
    (review,) = ask(reviews, "duplicate_in_crm")
    assert review["subjects"] == [one, two]
    # the oldest record is kept
    assert review["candidates"][0] == {
        "action": "fix_source",
        "left": two,
        "right": one,
        "name": "Ann A",
        "grounds": review["candidates"][0]["grounds"],
    }
    assert ask(reviews, "duplicate_leads") == ask(reviews, "duplicate_secondary") == []


def test_a_person_says_that_duplicates_are_two(world: SmallWorld) -> None:
    one = world.person("1", "ann@acme.com")
    two = world.person("2", "ann@acme.com")
    world.step()
    world.decide("different", one, two)
    assert ask(world.step(), "duplicate_in_crm") == []


def test_leads_and_secondary_contacts_with_one_address(world: SmallWorld) -> None:
    leads = [world.lead(str(n), "ann@acme.com") for n in (1, 2)]
    others = [world.person(str(n), "bob@acme.com", source="hubspot") for n in (1, 2)]
    reviews = world.step()
    assert [r["subjects"] for r in ask(reviews, "duplicate_leads")] == [leads]
    assert [r["subjects"] for r in ask(reviews, "duplicate_secondary")] == [others]
    assert ask(reviews, "duplicate_in_crm") == []


def test_a_converted_lead_is_no_duplicate(world: SmallWorld) -> None:
    contact = world.person("1", "ann@acme.com")
    converted = Claim("SAME_PERSON", "crm.conversion", contact)
    world.lead("1", "ann@acme.com", claims=[converted])
    world.lead("2", "ann@acme.com")
    assert ask(world.step(), "duplicate_leads") == []


def test_an_additional_address_of_two(world: SmallWorld) -> None:
    first = world.person("1", "ann@acme.com", more=["x@acme.com"], day=1)
    second = world.person("2", "bob@acme.com", more=["x@acme.com"], day=2)
    (review,) = ask(world.step(), "additional_email_of_two")
    assert review["subjects"] == [first, second, "email:x@acme.com"]
    assert review["candidates"][0]["left"] == second
    world.decide("mark_shared", "email:x@acme.com")
    assert ask(world.step(), "additional_email_of_two") == []


def test_a_deleted_record_whose_address_came_back(world: SmallWorld) -> None:
    lost = world.person("1", "ann@acme.com", person_name="Ann", day=1)
    world.person("1", "ann@acme.com", person_name="Ann", day=5, deleted=True)
    kept = world.person("2", "ann@acme.com", person_name="Ann", day=7)
    (review,) = ask(world.step(), "unverified_merge")
    assert review["subjects"] == [lost, kept]
    world.decide("same", lost, kept)
    assert ask(world.step(), "unverified_merge") == []


def test_an_address_that_another_record_had_all_along_is_no_merge(world: SmallWorld) -> None:
    world.person("2", "ann@acme.com", day=0)
    world.person("1", "ann@acme.com", day=1)
    world.person("1", "ann@acme.com", day=5, deleted=True)
    assert ask(world.step(), "unverified_merge") == []


def test_a_device_of_two(world: SmallWorld) -> None:
    world.event("anon:web:device1", ANN, day=1)
    world.event("anon:web:device1", "email:bob@acme.com", day=2)
    world.event("anon:web:device1", "email:bob@acme.com", day=3)
    world.event("anon:web:device1", "anon:web:device2", nature="alias", day=3)
    (review,) = ask(world.step(), "shared_device")
    assert review["subjects"] == [
        "anon:web:device1",
        "anon:web:device2",
        ANN,
        "email:bob@acme.com",
    ]
    best = review["candidates"][0]
    assert (best["right"], best["grounds"]["observations"]) == ("email:bob@acme.com", 2)
    world.decide("same", "anon:web:device1", ANN)
    assert ask(world.step(), "shared_device") == []


def test_a_kiosk_is_one_question(world: SmallWorld) -> None:
    for n in range(15):
        world.event("anon:web:kiosk77", f"email:p{n}@acme.com", day=n)
    reviews = world.step()
    assert [r["subjects"] for r in ask(reviews, "generic")] == [["anon:web:kiosk77"]]
    assert ask(reviews, "shared_device") == []


def test_a_crowded_contact(world: SmallWorld) -> None:
    more = [f"ann{n}@acme.com" for n in range(6)]
    contact = world.person("1", "ann@acme.com", more=more)
    world.person("2", "bob@acme.com", more=["bob2@acme.com"])
    (review,) = ask(world.step(), "soft_limit")
    assert review["subjects"] == [contact]
    assert "7 of kind email" in review["summary"]


def test_impersonation_is_a_conflict_of_user_ids(world: SmallWorld) -> None:
    world.user("101", "ann@acme.com")
    world.user("102", "bob@acme.com")
    world.event("user:app:101", "email:bob@acme.com", day=3)
    (review,) = ask(world.step(), "unique_conflict")
    assert review["subjects"] == [ANN, "email:bob@acme.com"]
    assert review["candidates"][0]["grounds"] == {
        "src": "user:app:101",
        "dst": "email:bob@acme.com",
    }


def test_a_workspace_of_two_companies(world: SmallWorld) -> None:
    world.user("1", "ann@acme.com", workspace="w1")
    world.user("2", "bob@beta.io", workspace="w1")
    world.user("3", "joe@gmail.com", workspace="w1")
    world.record("workspace:app:w1", company_name="Project")
    world.user("4", "ann2@acme.com", workspace="w2")
    world.record("workspace:app:w2")
    (review,) = ask(world.step(), "mixed_workspace")
    assert review["subjects"] == ["workspace:app:w1"]
    assert [a["right"] for a in review["candidates"]] == ["domain:acme.com", "domain:beta.io"]


def test_two_people_contradict_each_other(world: SmallWorld) -> None:
    one = world.person("1", "ann@acme.com")
    two = world.person("2", "bob@acme.com")
    world.decide("different", one, two, actor="eva", day=1)
    world.decide("same", one, two, actor="max", day=2)
    (review,) = ask(world.step(), "decision_conflict")
    assert review["subjects"] == [one, two]
    assert [(a["action"], a["name"]) for a in review["candidates"]] == [
        ("different", "eva"),
        ("same", "max"),
    ]
    assert review["candidates"][0]["grounds"]["holds"]


def test_new_evidence_contradicts_a_decision(world: SmallWorld) -> None:
    world.person("1", "ann@acme.com", source="hubspot", day=1)
    world.person("2", "bob@acme.com", source="hubspot", day=1)
    world.decide("different", ANN, "email:bob@acme.com", day=2)
    assert ask(world.step(), "decision_conflict") == []
    bridge = world.person("3", "ann@acme.com", more=["bob@acme.com"], source="hubspot", day=5)
    (review,) = ask(world.step(), "decision_conflict")
    assert {ANN, "email:bob@acme.com"} <= set(review["subjects"])
    assert review["candidates"][0]["left"] == bridge


def test_evidence_between_the_two_that_were_decided_on_is_answered(world: SmallWorld) -> None:
    one = world.person("1", "ann@acme.com", source="hubspot")
    world.person("2", "bob@acme.com", source="hubspot")
    world.decide("different", one, "email:bob@acme.com")
    world.person("1", "ann@acme.com", more=["bob@acme.com"], source="hubspot", day=5)
    assert ask(world.step(), "decision_conflict") == []


def test_same_across_two_accounts_waits_for_the_crm(world: SmallWorld) -> None:
    one = world.account("1", "acme.com", name="Acme")
    two = world.account("2", "acme.de", name="Acme DE")
    world.decide("same", one, two)
    (review,) = ask(world.step(), "blocked_same")
    assert review["subjects"] == [one, two]
    assert review["candidates"][0]["action"] == "fix_source"


def test_an_alias_of_two_claimed_domains_waits_for_the_crm(world: SmallWorld) -> None:
    world.account("1", "acme.com")
    world.account("2", "acme.de")
    world.decide("same", "domain:acme.com", "domain:acme.de")
    (review,) = ask(world.step(), "blocked_same")
    assert review["subjects"] == ["domain:acme.com", "domain:acme.de"]


@pytest.mark.parametrize("halves", [2, 1])
def test_a_single_bridge_between_dense_halves(world: SmallWorld, halves: int) -> None:
    """Two people with four addresses each, twice said, and one record that has one of each."""
    for n, name in list(enumerate(("ann", "bob")))[:halves]:
        emails = [f"{name}{i}@acme.com" for i in range(4)]
        for i in range(3):
            world.person(f"{n}{i}", emails[0], more=emails[1:], source="hubspot", person_name=name)
    other = "bob0@acme.com" if halves == 2 else "zoe@acme.com"
    bridge = world.person("9", "ann0@acme.com", more=[other], source="hubspot")
    found = ask(world.step(), "weak_bridge")
    if halves == 1:
        assert found == []
        return
    (review,) = found
    assert bridge in review["subjects"]
    assert review["score"] == 0.5
    assert sum(review["candidates"][0]["grounds"]["halves"]) == 15
    world.decide("different", *review["subjects"])
    assert ask(world.step(), "weak_bridge") == []


def test_composition_changes_with_the_members_and_only_with_them(world: SmallWorld) -> None:
    world.person("1", "ann@acme.com", person_name="Ann")
    world.person("2", "ann@acme.com", person_name="Ann")
    (before,) = ask(world.step(), "duplicate_in_crm")
    world.person("2", "ann@acme.com", person_name="Anna", day=3)
    (renamed,) = ask(world.step(), "duplicate_in_crm")
    world.person("7", "ann@acme.com", source="hubspot", day=4)
    (grown,) = ask(world.step(), "duplicate_in_crm")
    assert before["id"] == renamed["id"] == grown["id"]
    assert before["composition"] == renamed["composition"] != grown["composition"]
