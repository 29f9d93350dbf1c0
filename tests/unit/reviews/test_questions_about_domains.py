"""Questions about domains, each through the real pipeline on a small world."""

from __future__ import annotations

import idna

from tests.support.small_world import SmallWorld, ask

ACME = "domain:acme.com"


def test_two_accounts_on_one_domain_are_one_question_with_ranked_candidates(
    world: SmallWorld,
) -> None:
    one = world.account("1", "acme.com", name="Zeta Holding", country="Germany")
    two = world.account("2", "acme.com", name="Acme Inc", country="France")
    for n in range(3):
        world.person(f"p{n}", f"p{n}@acme.com", account=one if n else two)
    (review,) = ask(world.step(), "ambiguous_domain")
    assert review["subjects"] == [one, two, ACME]
    assert review["method"] == "deterministic"
    answers = review["candidates"]
    # more addresses of the domain work at the first, whatever the names say
    assert [a["left"] for a in answers] == [one, two, ACME]
    assert answers[0]["grounds"]["associated"] == 2
    assert answers[1]["grounds"]["name"] == 1.0
    assert answers[-1]["action"] == "mark_shared"


def test_without_associations_name_and_country_decide(world: SmallWorld) -> None:
    one = world.account("1", "acme.com", name="Zeta Holding", country="France")
    two = world.account("2", "acme.com", name="ACME G.m.b.H.", country="Deutschland")
    world.person("p", "p@acme.com", country="deutschland")
    (review,) = ask(world.step(), "ambiguous_domain")
    assert [a["left"] for a in review["candidates"][:2]] == [two, one]
    assert review["candidates"][0]["grounds"]["country"]


def test_a_domain_that_was_marked_shared_is_settled(world: SmallWorld) -> None:
    world.account("1", "acme.com")
    world.account("2", "acme.com")
    before = ask(world.step(), "ambiguous_domain")
    world.decide("mark_shared", ACME)
    assert len(before) == 1
    assert ask(world.step(), "ambiguous_domain") == []


def test_hosts_of_one_domain_are_one_question(world: SmallWorld) -> None:
    world.account("1", "acme.com")
    world.account("2", "acme.com")
    world.person("p", "p@mail.acme.com")
    world.person("q", "q@shop.acme.com")
    (review,) = ask(world.step(), "ambiguous_domain")
    assert review["subjects"][-1] == ACME


def test_what_is_left_of_a_domain_claimed_in_parts(world: SmallWorld) -> None:
    world.account("1", "uk.acme.com", name="Acme UK")
    world.account("2", "de.acme.com", name="Acme DE")
    world.person("p", "p@acme.com")
    (review,) = ask(world.step(), "ambiguous_domain")
    assert review["subjects"][-1] == ACME
    assert {a["name"] for a in review["candidates"][:2]} == {"Acme UK", "Acme DE"}


def test_three_hundred_accounts_are_one_generic_domain(world: SmallWorld) -> None:
    for n in range(25):
        world.account(f"a{n:02}", "holding.com")
    reviews = world.step()
    (review,) = ask(reviews, "generic")
    assert review["subjects"] == ["domain:holding.com"]
    assert review["summary"].startswith("holding.com stands at 25 accounts of salesforce")
    assert ask(reviews, "ambiguous_domain") == []


def test_a_secondary_company_on_an_ambiguous_domain(world: SmallWorld) -> None:
    one = world.account("1", "acme.com", name="Acme North")
    two = world.account("2", "acme.com", name="Acme South")
    linked = world.account("9", "acme.com", source="hubspot", name="Acme of HubSpot")
    tied = world.account("8", "acme.com", source="hubspot", same_as=one)
    (review,) = ask(world.step(), "linked_on_ambiguous")
    assert review["subjects"] == [linked, ACME]
    assert tied not in review["subjects"]
    assert {a["right"] for a in review["candidates"]} == {one, two}
    assert {a["action"] for a in review["candidates"]} == {"same"}


def test_secondary_claimants_of_one_system_only(world: SmallWorld) -> None:
    one = world.account("1", "acme.com", source="hubspot", name="Acme")
    two = world.account("2", "acme.com", source="hubspot", name="Acme again")
    world.account("3", "other.com", source="hubspot")
    world.account("4", "other.com", source="app")
    reviews = world.step()
    (review,) = ask(reviews, "secondary_claimants")
    assert review["subjects"] == [one, two, ACME]
    # once an account of the primary CRM claims the domain, it is settled whose it is
    world.account("5", "acme.com")
    assert ask(world.step(), "secondary_claimants") == []


def test_an_answer_closes_the_question_of_secondary_claimants(world: SmallWorld) -> None:
    one = world.account("1", "acme.com", source="hubspot")
    two = world.account("2", "acme.com", source="hubspot")
    assert ask(world.step(), "secondary_claimants")
    world.decide("same", one, two)
    assert ask(world.step(), "secondary_claimants") == []


def test_claims_that_overlapped(world: SmallWorld) -> None:
    old = world.account("1", "acme.com", name="Old Acme")
    world.account("1", None, name="Old Acme", day=20)
    new = world.account("2", "acme.com", name="New Acme", day=10)
    (review,) = ask(world.step(), "overlapping_claims")
    assert review["subjects"] == [old, new, ACME]
    assert "Old Acme gave acme.com up only after New Acme had claimed it" in review["summary"]


def test_claims_one_after_the_other_are_no_question(world: SmallWorld) -> None:
    world.account("1", "acme.com")
    world.account("1", None, day=20)
    world.account("2", "acme.com", day=30)
    assert ask(world.step(), "overlapping_claims") == []


def test_a_subsidiary_without_a_hierarchy(world: SmallWorld) -> None:
    parent = world.account("1", "acme.com", name="Acme")
    child = world.account("2", "uk.acme.com", name="Acme UK")
    (review,) = ask(world.step(), "parent_child")
    assert review["subjects"] == [parent, child]
    assert review["candidates"][0]["grounds"] == {"host": "uk.acme.com"}
    world.account("2", "uk.acme.com", name="Acme UK", parent=parent, day=5)
    assert ask(world.step(), "parent_child") == []


def test_a_web_site_at_a_host_of_many(world: SmallWorld) -> None:
    account = world.account("1", "acme.blogspot.com", name="Acme")
    (review,) = ask(world.step(), "hosted_site")
    assert review["subjects"] == [account]
    assert review["candidates"][0]["right"] == "domain:acme.blogspot.com"


def test_a_domain_in_letters_of_another_alphabet(world: SmallWorld) -> None:
    lookalike = f"{idna.encode(chr(0x430) + 'cme').decode()}.com"  # the first letter is Cyrillic
    world.account("1", lookalike, name="Acme")
    world.account("2", "xn--bcher-kva.de", name="Bücher")
    world.person("p", f"p@{lookalike}")
    (review,) = ask(world.step(), "confusable")
    assert review["subjects"] == [f"domain:{lookalike}"]
    assert {a["right"] for a in review["candidates"]} == {ACME}
    world.decide("different", f"domain:{lookalike}", ACME)
    assert ask(world.step(), "confusable") == []
