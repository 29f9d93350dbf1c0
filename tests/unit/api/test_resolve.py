"""POST /v1/resolve, on planted cases of the sample whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from identity.graph import IdentityGraph
from identity.resolve.items.asked import Given, Item, ItemKind
from tests.unit.api.conftest import AS_OF_MS, Client, item

Planted = dict[str, list[list[str]]]


def batches(values: list[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while batch := list(islice(rest, 100)):
        yield batch


def rules(answer: dict[str, Any]) -> list[str]:
    return [block["rule"] for block in answer["blocked"]]


def company_of(graph: IdentityGraph, identifier: str) -> str:
    rows = graph.store.read("explain/resolved_companies", ids=[identifier])
    assert len(rows) == 1, identifier
    return str(rows[0]["entity"])


def some_person(planted: Planted) -> str:
    return next(i for i in planted["untidy_email"][0] if i.startswith("email:"))


@pytest.mark.parametrize("kind", ["contact", "company"])
def test_every_identifier_is_answered_with_what_it_resolves_to(
    client: Client, acme_graph: IdentityGraph, kind: str
) -> None:
    plural = {"contact": "contacts", "company": "companies"}[kind]
    rows = acme_graph.store.read(f"journey/resolved_{plural}")
    wanted = {
        r["identifier"]: r["entity"]
        for r in rows
        if not (kind == "company" and r["identifier"].startswith("email:"))
    }
    assert len(wanted) > 50
    for batch in batches(sorted(wanted)):
        for asked, answer in zip(
            batch, client.resolve(*(item(kind, i) for i in batch)), strict=True
        ):
            assert answer["status"] == "matched", answer
            if kind == "contact":
                assert answer["contact"] == {"id": wanted[asked]}
            else:
                assert [c["id"] for c in answer["companies"]] == [wanted[asked]]
                assert answer["contact"] is None


def test_two_records_of_one_person_are_one_contact(client: Client, planted: Planted) -> None:
    for case in ("untidy_email", "short_salesforce_id", "merged_contact", "converted_lead"):
        group = [i for i in planted[case][0] if not i.startswith("anon:")]
        (answer,) = client.resolve(item("contact", *group))
        assert answer["status"] == "matched", case
        assert len(answer["evidence"]) == len(group)


def test_values_are_normalised_before_they_are_looked_up(client: Client, planted: Planted) -> None:
    address = some_person(planted).removeprefix("email:")
    one, two = client.resolve(
        item("contact", f"email:{address}"), item("contact", f"email:  MAILTO:{address.upper()} ")
    )
    assert one["contact"] == two["contact"] is not None


def test_the_strongest_evidence_gives_the_class_and_the_record(
    client: Client, planted: Planted
) -> None:
    (answer,) = client.resolve(item("contact", some_person(planted)))
    assert (answer["method"], answer["evidence_class"]) == ("deterministic", "authoritative")
    (reason,) = answer["evidence"]
    assert reason["rule"] == "email.exact"
    assert reason["left"] == "req.identifiers[0]"
    assert reason["right"] == planted["untidy_email"][0][0]
    assert (reason["via"], reason["source"]) == ("crm.primary_email", "salesforce")


def test_several_contacts_are_ambiguous_and_none_is_guessed(
    client: Client, planted: Planted
) -> None:
    one, two = some_person(planted), planted["duplicate_contacts"][0][0]
    observed = next(i for i in planted["converted_lead_changed_email"][0] if i.startswith("anon:"))
    (answer,) = client.resolve(item("contact", observed, one, two))
    assert answer["status"] == "ambiguous"
    assert answer["contact"] is None
    assert answer["companies"] == []
    alone = client.resolve(*(item("contact", i) for i in (observed, one, two)))
    wanted = {a["contact"]["id"] for a in alone}
    assert {a["id"] for a in answer["alternatives"]} == wanted
    assert len(wanted) == 3
    classes = [a["evidence_class"] for a in answer["alternatives"]]
    assert classes == ["authoritative", "authoritative", "observed"]


def test_at_most_five_alternatives(client: Client, acme_graph: IdentityGraph) -> None:
    rows = acme_graph.store.read("journey/resolved_contacts")
    emails = {r["entity"]: r["identifier"] for r in rows if r["identifier"].startswith("email:")}
    (answer,) = client.resolve(item("contact", *sorted(emails.values())[:9]))
    assert answer["status"] == "ambiguous"
    assert len(answer["alternatives"]) == 5


def test_a_new_person_at_a_known_company(
    client: Client, acme_graph: IdentityGraph, planted: Planted
) -> None:
    domain = planted["website_spelling"][0][1]
    host = domain.removeprefix("domain:")
    for address in (f"email:nobody.yet@{host}", f"email:nobody.yet@mail.eu.{host}"):
        (answer,) = client.resolve(item("contact", address))
        assert answer["status"] == "new"
        assert answer["contact"] is None
        (company,) = answer["companies"]
        assert company == {
            "id": company_of(acme_graph, domain),
            "role": "expected",
            "via": "domain",
            "valid_from": None,
        }


def test_hosts_of_two_companies_are_told_apart(
    client: Client, acme_graph: IdentityGraph, planted: Planted
) -> None:
    """One registrable domain, two accounts that claim different hosts of it."""
    accounts = planted["subsidiary_host"][0][:2]
    sites = {
        company_of(acme_graph, a): [
            m
            for m in acme_graph.lookup("id", company_of(acme_graph, a))["identifiers"]
            if m.startswith("domain:")
        ]
        for a in accounts
    }
    assert len(sites) == 2
    for company, domains in sites.items():
        host = domains[0].removeprefix("domain:").removeprefix("www.")
        (answer,) = client.resolve(item("contact", f"email:nobody.yet@{host}"))
        assert [c["id"] for c in answer["companies"]] == [company]


def test_free_mail_makes_a_contact_and_no_company(client: Client) -> None:
    contact, company = client.resolve(
        item("contact", "email:nobody.yet@gmail.com"), item("company", "email:nobody.yet@gmail.com")
    )
    assert (contact["status"], contact["companies"]) == ("new", [])
    assert (company["status"], company["companies"]) == ("rejected", [])
    assert rules(contact) == rules(company) == ["domain.free_mail"]


def test_an_ambiguous_domain_gives_no_company(client: Client, planted: Planted) -> None:
    domain = next(i for i in planted["two_accounts_one_domain"][0] if i.startswith("domain:"))
    host = domain.removeprefix("domain:")
    contact, company = client.resolve(
        item("contact", f"email:nobody.yet@{host}"), item("company", domain)
    )
    assert (contact["status"], contact["companies"]) == ("new", [])
    assert (company["status"], company["companies"]) == ("rejected", [])
    assert rules(contact) == rules(company) == ["domain.ambiguous"]


def test_a_role_mailbox_is_no_person_but_its_company(
    client: Client, acme_graph: IdentityGraph, planted: Planted
) -> None:
    known = planted["shared_mailbox"][0][0]
    host = known.partition("@")[2]
    for address in (known, f"email:billing@{host}"):
        (answer,) = client.resolve(item("contact", address))
        assert answer["status"] == "rejected"
        assert rules(answer) == ["email.role_address"]
        (company,) = answer["companies"]
        assert company["id"] == company_of(acme_graph, known)
        assert company["role"] == "matched"
    assert answer["blocked"][0]["detail"].startswith("billing@ is a role address")


@pytest.mark.parametrize(
    ("identifier", "rule"),
    [
        ("email:noreply@nobody-knows.de", "email.automated_sender"),
        ("email:someone@mailinator.com", "email.disposable"),
        ("email:someone@acme-app.com", "email.own_domain"),
        ("email:test@test.com", "email.blocked_value"),
        ("email:ann@", "email.not_valid"),
        ("email:ann@acme.com; bob@acme.com", "email.not_valid"),
        ("email:n/a", "email.no_value"),
        ("email:a\u202eb@acme.com", "email.not_valid"),
        ("anon:web:null", "anonymous.blocked_value"),
        ("anon:web:11111111", "anonymous.shape"),
        ("anon:web:5d1f03aa-unknown", "anonymous.founds_nothing"),
        ("phone:+4915112345678", "phone.founds_nothing"),
        ("domain:nobody-knows.de", "domain.wrong_plane"),
        ("crm:salesforce:opportunity:0065e00000AbCdEAA1", "opportunity.wrong_plane"),
    ],
)
def test_what_stands_for_nobody_is_rejected_with_its_reason(
    client: Client, identifier: str, rule: str
) -> None:
    (answer,) = client.resolve(item("contact", identifier))
    assert answer["status"] == "rejected"
    assert rules(answer) == [rule]
    assert answer["blocked"][0]["left"] == "req.identifiers[0]"
    assert (answer["evidence"], answer["method"], answer["evidence_class"]) == ([], None, None)


def test_what_is_blocked_does_not_spoil_the_rest(client: Client, planted: Planted) -> None:
    person = some_person(planted)
    (answer,) = client.resolve(item("contact", "email:n/a", person, "email:info@nobody-knows.de"))
    assert answer["status"] == "matched"
    assert [e["left"] for e in answer["evidence"]] == ["req.identifiers[1]"]
    assert {b["left"] for b in answer["blocked"]} == {"req.identifiers[0]", "req.identifiers[2]"}


def test_a_shared_device_stands_for_nobody(client: Client, planted: Planted) -> None:
    (answer,) = client.resolve(item("contact", planted["shared_device"][0][0]))
    assert (answer["status"], rules(answer)) == ("rejected", ["anonymous.shared"])


def test_a_deleted_record_is_said_to_be_deleted(client: Client, planted: Planted) -> None:
    (answer,) = client.resolve(item("company", planted["deleted_account"][0][0]))
    assert (answer["status"], rules(answer)) == ("rejected", ["account.deleted"])


def test_companies_are_the_memberships_the_primary_one_first(
    client: Client, acme_graph: IdentityGraph, planted: Planted
) -> None:
    person = planted["agency"][0][2]
    (answer,) = client.resolve(item("contact", person))
    held = acme_graph.lookup("identifier", person)["contacts"][0]["companies"]
    assert [c["id"] for c in answer["companies"]] == list(dict.fromkeys(h["id"] for h in held))
    assert len(answer["companies"]) > 1
    assert [c["role"] for c in answer["companies"]][:2] == ["primary", "member"]


def test_an_event_answers_for_both_planes(
    client: Client, acme_graph: IdentityGraph, planted: Planted
) -> None:
    person, domain = some_person(planted), planted["website_spelling"][0][1]
    both, company_only, neither = client.resolve(
        item("event", person, domain),
        item("event", "anon:web:5d1f03aa-unknown", domain),
        item("event", "anon:web:5d1f03aa-unknown"),
    )
    assert both["status"] == company_only["status"] == "matched"
    assert both["contact"] is not None
    assert company_only["contact"] is None
    explicit = {"id": company_of(acme_graph, domain), "role": "matched"}
    for answer in (both, company_only):
        first = answer["companies"][0]
        assert {"id": first["id"], "role": first["role"]} == explicit
    assert len(both["companies"]) > 1
    assert (neither["status"], neither["companies"]) == ("rejected", [])


def test_nothing_is_written(client: Client, acme_graph: IdentityGraph) -> None:
    def state() -> tuple[object, ...]:
        store = acme_graph.store
        return acme_graph.revision(), store.read("store/size"), store.read("store/waiting")

    before = state()
    client.resolve(
        item("contact", "email:never.seen@nobody-knows.de"),
        item("company", "domain:never-seen.de"),
        item("event", "anon:web:never-seen-1234"),
    )
    assert state() == before
    assert acme_graph.store.read("explain/identifiers", ids=["domain:never-seen.de"]) == []


def test_answers_come_in_the_order_of_items_with_their_refs(client: Client) -> None:
    answers = client.resolve(
        item("contact", "email:a@nobody-knows.de", ref="first"),
        item("contact", "email:b@nobody-knows.de"),
        item("contact", "email:c@nobody-knows.de", ref="first"),
    )
    assert [a["ref"] for a in answers] == ["first", "1", "first"]


def test_the_instant_and_the_revision_stand_in_every_answer(
    client: Client, acme_graph: IdentityGraph
) -> None:
    now, then = client.resolve(
        item("contact", "email:a@nobody-knows.de"),
        item("contact", "email:a@nobody-knows.de", as_of="2025-05-01T12:00:00+02:00"),
    )
    assert now["as_of"] == "2026-07-01T10:00:00Z"
    assert then["as_of"] == "2025-05-01T10:00:00Z"
    last = acme_graph.store.read("store/last_run")[0]
    assert now["graph_revision"] == f"r-{last['seq']}.{last['changes']}"


def test_one_answer_at_a_time_equals_all_at_once(client: Client, planted: Planted) -> None:
    chosen = [group[0] for groups in planted.values() for group in groups][:60]
    items = [item(kind, i) for i in chosen for kind in ("contact", "company", "event")]
    together = [
        a for batch in range(0, len(items), 90) for a in client.resolve(*items[batch : batch + 90])
    ]
    for asked, answer in zip(items, together, strict=True):
        (alone,) = client.resolve(asked)
        assert {**alone, "ref": ""} == {**answer, "ref": ""}


def test_the_facade_and_the_service_say_the_same(
    client: Client, acme_graph: IdentityGraph, planted: Planted
) -> None:
    person = some_person(planted).removeprefix("email:")
    asked = Item("0", ItemKind.CONTACT, (Given("email", person),))
    (ours,) = acme_graph.resolve_items([asked], as_of_ms=AS_OF_MS)
    (theirs,) = client.resolve(item("contact", f"email:{person}"))
    assert ours.as_dict(str(acme_graph.revision())) == theirs
