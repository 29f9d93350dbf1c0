"""What goes out to Braze, and that nothing goes out twice: a small CRM, exported step by step."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from identity.errors import FixInput
from identity.export.braze import export_braze, problems

CRM = """
project: small
primary_crm: crm
sources:
  - {{name: crm, system: salesforce, path: crm}}
{sources}
exports:
  braze: {{{settings}}}
"""
CONSENTS = """
  - name: consents
    system: custom
    path: consents.csv
    object: consent
    identifiers: [{kind: email, column: email}]
    at: {column: at, timezone: UTC}
    attributes: {channel: channel}
"""
PRODUCT = "  - {system: product, path: product, timezone: UTC}"


def sf(prefix: str, number: int) -> str:
    """An id of 18 characters; without capitals the last three are always AAA."""
    return f"{prefix}{number:012d}AAA"


ACME, BOLT = sf("001", 1), sf("001", 2)
ANN, BOB, ANN_LEAD, EVE_LEAD = sf("003", 1), sf("003", 2), sf("00q", 1), sf("00q", 2)
DEAL, OLD_DEAL = sf("006", 1), sf("006", 2)
BORN = "2026-01-01T00:00:00.000Z"


def accounts() -> list[dict[str, str]]:
    return [
        {
            "Id": identity,
            "Name": name,
            "Website": website,
            "Industry": "Tools",
            "Type": "Customer",
            "CreatedDate": BORN,
            "SystemModstamp": BORN,
        }
        for identity, name, website in (
            (ACME, "Acme <b>Inc</b>", "https://acme.com"),
            (BOLT, "Bolt", "https://bolt.io"),
        )
    ]


def contact(identity: str, email: str, account: str, **more: str) -> dict[str, str]:
    return {
        "Id": identity,
        "AccountId": account,
        "FirstName": "Ann",
        "LastName": "Lee",
        "Title": "Head of <i>Tools</i>",
        "Email": email,
        "CreatedDate": BORN,
        "SystemModstamp": BORN,
        **more,
    }


def lead(identity: str, email: str, **more: str) -> dict[str, str]:
    return {
        "Id": identity,
        "FirstName": "Ann",
        "LastName": "Lee",
        "Email": email,
        "Company": "Acme",
        "Status": "New",
        "CreatedDate": BORN,
        "SystemModstamp": BORN,
        **more,
    }


def deal(identity: str, stage: str, closed: str) -> dict[str, str]:
    return {
        "Id": identity,
        "AccountId": ACME,
        "Name": f"Deal {stage}",
        "StageName": stage,
        "Amount": "1234.50",
        "CloseDate": "2026-05-01",
        "IsClosed": closed,
        "IsWon": closed,
        "CreatedDate": BORN,
        "SystemModstamp": BORN,
    }


def role(number: int, opportunity: str, person: str) -> dict[str, str]:
    return {
        "Id": sf("00k", number),
        "OpportunityId": opportunity,
        "ContactId": person,
        "Role": "Decision Maker",
        "IsPrimary": "true",
        "CreatedDate": BORN,
        "SystemModstamp": BORN,
    }


@pytest.fixture
def crm(small: Any) -> Any:
    """Two accounts, two contacts, a lead of nobody else, an open and a won opportunity."""
    configure(small)
    small.file("crm/Account.csv", accounts())
    small.file(
        "crm/Contact.csv", [contact(ANN, "ann@acme.com", ACME), contact(BOB, "bob@bolt.io", BOLT)]
    )
    small.file("crm/Lead.csv", [lead(ANN_LEAD, "ann@acme.com"), lead(EVE_LEAD, "eve@acme.com")])
    small.file(
        "crm/Opportunity.csv",
        [deal(DEAL, "Proposal", "false"), deal(OLD_DEAL, "Closed Won", "true")],
    )
    small.file("crm/OpportunityContactRole.csv", [role(1, DEAL, ANN), role(2, OLD_DEAL, ANN)])
    return small


def configure(small: Any, settings: str = "", sources: str = "") -> None:
    small.configure(CRM.format(settings=settings, sources=sources))


class Sent:
    """What lies in the folder of an export."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bodies = [json.loads(p.read_bytes()) for p in sorted(folder.glob("users_track/*.json"))]
        self.sizes = [len(b["attributes"]) + len(b["events"]) for b in bodies]
        self.profiles = {a["external_id"]: a for b in bodies for a in b["attributes"]}
        self.events = [e for b in bodies for e in b["events"]]
        self.linked = [(e["external_id"], e["properties"]["account_id"]) for e in self.events]
        self.aliases = [
            (a["external_id"], a["alias_label"], a["alias_name"])
            for p in sorted(folder.glob("aliases/*.json"))
            for a in json.loads(p.read_bytes())["user_aliases"]
        ]
        self.merges = [
            (m["identifier_to_merge"]["external_id"], m["identifier_to_keep"]["external_id"])
            for p in sorted(folder.glob("merges/*.json"))
            for m in json.loads(p.read_bytes())["merge_updates"]
        ]
        self.rejected = [
            tuple(json.loads(line).values())
            for line in (folder / "rejected.jsonl").read_text().splitlines()
        ]

    def catalog(self, name: str) -> dict[str, dict[str, str]]:
        with (self.folder / f"catalog_{name}.csv").open(encoding="utf-8", newline="") as file:
            return {r["id"]: r for r in csv.DictReader(file)}


def send(small: Any, out: str = "braze") -> Sent:
    """Run and export; what is written is always valid."""
    small.run()
    folder = small.folder / out
    with small.open() as graph:
        export_braze(graph, folder)
    assert problems(folder) == []
    return Sent(folder)


def test_a_profile_names_its_account_and_opportunities(crm: Any) -> None:
    sent = send(crm)
    assert sent.profiles[ANN] == {
        "external_id": ANN,
        "email": "ann@acme.com",
        "first_name": "Ann",
        "last_name": "Lee",
        "jobTitle": "Head of Tools",
        "seniority": "director",
        "department": None,
        "contactCountry": None,
        "accountId": ACME,
        "accountName": "Acme Inc",
        "accountType": "Customer",
        "industry": "Tools",
        "companySize": None,
        "companyCountry": None,
        "opportunityIds": [DEAL, OLD_DEAL],
    }
    assert sent.profiles[BOB]["opportunityIds"] == []
    assert set(sent.profiles) == {ANN, BOB, EVE_LEAD}


def test_links_aliases_and_merges(crm: Any) -> None:
    sent = send(crm)
    assert sorted(sent.linked) == [(ANN, ACME), (BOB, BOLT), (EVE_LEAD, ACME)]
    event = next(e for e in sent.events if e["external_id"] == ANN)
    assert (event["name"], event["time"]) == ("account_linked", "2026-01-01T00:00:00+00:00")
    assert sorted(sent.aliases) == [
        (ANN, "crm_contact_id", ANN),
        (ANN, "crm_lead_id", ANN_LEAD),
        (BOB, "crm_contact_id", BOB),
        (EVE_LEAD, "crm_lead_id", EVE_LEAD),
    ]
    assert sent.merges == [(ANN_LEAD, ANN)]


def test_catalogs_go_by_the_ids_of_the_crm(crm: Any) -> None:
    sent = send(crm)
    assert sent.catalog("accounts")[ACME]["AccountName"] == "Acme Inc"
    assert sent.catalog("accounts").keys() == {ACME, BOLT}
    won = sent.catalog("opportunities")[OLD_DEAL]
    assert (won["AccountId"], won["Amount"], won["Currency"]) == (ACME, "1234.50", "EUR")
    assert (won["Won"], won["CloseDate"]) == ("true", "2026-05-01T00:00:00+00:00")


def test_exported_again_without_a_change_nothing_goes_out(crm: Any) -> None:
    first = send(crm)
    catalogs = {p.name: p.read_bytes() for p in first.folder.glob("*.csv")}
    ledger = (first.folder / "ledger.json").read_bytes()
    again = send(crm)
    assert (again.profiles, again.events, again.aliases, again.merges) == ({}, [], [], [])
    assert {p.name: p.read_bytes() for p in again.folder.glob("*.csv")} == catalogs
    assert (again.folder / "ledger.json").read_bytes() == ledger


def test_only_the_profile_that_changed_goes_out(crm: Any) -> None:
    send(crm)
    later = {"SystemModstamp": "2026-02-01T00:00:00.000Z", "Title": "CEO"}
    crm.file("crm/Contact.csv", [contact(ANN, "ann@acme.com", ACME, **later)])
    again = send(crm)
    assert {i: a["jobTitle"] for i, a in again.profiles.items()} == {ANN: "CEO"}
    assert (again.events, again.aliases, again.merges) == ([], [], [])


def test_a_lead_that_becomes_a_contact_is_merged_and_linked_once(crm: Any) -> None:
    send(crm)
    eve = sf("003", 3)
    crm.file("crm/Contact.csv", [contact(eve, "eve@acme.com", ACME)])
    again = send(crm)
    assert again.merges == [(EVE_LEAD, eve)]
    assert list(again.profiles) == [eve]
    assert again.events == []
    assert sorted(again.aliases) == [
        (eve, "crm_contact_id", eve),
        (eve, "crm_lead_id", EVE_LEAD),
    ]


def test_a_new_account_is_a_new_link(crm: Any) -> None:
    send(crm)
    later = {"SystemModstamp": "2026-02-01T00:00:00.000Z"}
    crm.file("crm/Contact.csv", [contact(BOB, "bob@bolt.io", ACME, **later)])
    again = send(crm)
    assert again.linked == [(BOB, ACME)]
    assert again.events[0]["time"] == "2026-02-01T00:00:00+00:00"
    assert again.profiles[BOB]["accountId"] == ACME


def test_contacts_that_the_crm_merges_are_merged_flat(crm: Any) -> None:
    cy, di = sf("003", 7), sf("003", 8)
    people = [(cy, "cy@acme.com"), (di, "di@acme.com")]
    crm.file("crm/Contact.csv", [contact(i, email, ACME) for i, email in people])
    send(crm)
    merged = {"IsDeleted": "true", "SystemModstamp": "2026-02-01T00:00:00.000Z"}
    crm.file(
        "crm/Contact.csv",
        [
            contact(cy, "cy@acme.com", ACME, MasterRecordId=di, **merged),
            contact(di, "di@acme.com", ACME, MasterRecordId=ANN, **merged),
            contact(ANN, "ann@acme.com", ACME, MasterRecordId="", IsDeleted="false"),
        ],
    )
    again = send(crm)
    assert again.merges == [(cy, ANN), (di, ANN), (ANN_LEAD, ANN)]
    assert again.events == []


def test_another_policy_merges_the_old_ids_and_tells_no_link_again(crm: Any) -> None:
    first = send(crm)
    configure(crm, "external_id: canonical")
    again = send(crm)
    assert {old for old, _ in again.merges} == set(first.profiles)
    assert {new for _, new in again.merges} == set(again.profiles)
    assert all(one.startswith("con_") for one in again.profiles)
    assert again.events == []
    assert send(crm).merges == []


def test_open_opportunities_of_the_account(crm: Any) -> None:
    configure(crm, "opportunities: open_of_account")
    sent = send(crm)
    listed = {i: a["opportunityIds"] for i, a in sent.profiles.items()}
    assert listed == {ANN: [DEAL], EVE_LEAD: [DEAL], BOB: []}


def test_requests_hold_no_more_than_a_batch(crm: Any) -> None:
    configure(crm, "batch: 2")
    sent = send(crm)
    assert sent.sizes == [2, 1, 2, 1]
    assert len(list(sent.folder.glob("aliases/*.json"))) == 2
    manifest = json.loads((sent.folder / "manifest.json").read_bytes())
    assert manifest["counts"]["attributes"] == 3
    assert manifest["new_profiles"] == 3


def test_files_of_a_larger_export_do_not_stay(crm: Any) -> None:
    configure(crm, "batch: 1")
    send(crm)
    again = send(crm)
    assert again.sizes == []


def test_consents_are_honoured(crm: Any) -> None:
    configure(crm, sources=CONSENTS)
    said = [
        ("ann@acme.com", "newsletter", "email", "granted", 1),
        ("ann@acme.com", "newsletter", "email", "denied", 2),
        ("bob@bolt.io", "newsletter", "email", "denied", 1),
        ("bob@bolt.io", "newsletter", "email", "granted", 2),
        ("eve@acme.com", "calls", "phone", "denied", 1),
    ]
    names = ("email", "purpose", "channel", "consent", "at")
    crm.file(
        "consents.csv",
        [dict(zip(names, (*row[:4], f"2026-03-0{row[4]} 00:00:00"), strict=True)) for row in said],
    )
    sent = send(crm)
    assert sent.profiles[ANN]["email_subscribe"] == "unsubscribed"
    assert sent.profiles[BOB]["email_subscribe"] == "opted_in"
    assert "email_subscribe" not in sent.profiles[EVE_LEAD]


def test_people_without_an_external_id_are_listed(crm: Any) -> None:
    configure(crm, sources=PRODUCT)
    users = [
        {"id": n, "name": "U", "email": e, "workspace_id": "w", "created_at": "2026-01-01 00:00:00"}
        for n, e in ((1, "ann@acme.com"), (2, "zoe@acme.com"))
    ]
    crm.file("product/users.csv", users)
    sent = send(crm)
    assert [(kind, reason) for kind, _, reason in sent.rejected] == [("profile", "no-external-id")]
    configure(crm, "external_id: user_id", sources=PRODUCT)
    by_user = send(crm, "by_user")
    assert set(by_user.profiles) == {"1", "2"}
    assert by_user.profiles["1"]["email"] == "ann@acme.com"


def test_a_second_lead_has_no_place_for_its_alias(crm: Any) -> None:
    second = sf("00q", 9)
    leads = [lead(ANN_LEAD, "ann@acme.com"), lead(second, "ann@acme.com", CreatedDate="2026-01-05")]
    crm.file("crm/Lead.csv", leads)
    sent = send(crm)
    assert (ANN, "crm_lead_id", second) in sent.aliases
    assert ("alias", f"crm_lead_id:{ANN_LEAD}", "label-taken") in sent.rejected
    assert sorted(sent.merges) == [(ANN_LEAD, ANN), (second, ANN)]


def test_what_is_too_large_for_a_catalog_is_listed_and_named_by_nobody(crm: Any) -> None:
    listed = accounts()
    listed[0]["Industry"] = "x" * 5_001
    crm.file("crm/Account.csv", listed)
    sent = send(crm)
    assert ("catalog_accounts", ACME, "items-too-large") in sent.rejected
    assert sent.catalog("accounts").keys() == {BOLT}
    assert sent.profiles[ANN]["accountId"] is None
    assert sent.linked == [(BOB, BOLT)]


@pytest.mark.parametrize("policy", ["crm_contact_else_lead", "user_id"])
def test_a_policy_that_does_not_fit_the_project_is_refused(crm: Any, policy: str) -> None:
    text = CRM.format(settings=f"external_id: {policy}", sources="")
    crm.configure(text.replace("primary_crm: crm", "primary_crm: null"))
    crm.run()
    with crm.open() as graph, pytest.raises(FixInput, match=policy):
        export_braze(graph, crm.folder / "braze")


def test_without_a_primary_crm_accounts_are_companies(crm: Any) -> None:
    text = CRM.format(settings="external_id: canonical", sources="")
    crm.configure(text.replace("primary_crm: crm", "primary_crm: null"))
    sent = send(crm)
    names = {i: a["AccountName"] for i, a in sent.catalog("accounts").items()}
    ann = next(a for a in sent.profiles.values() if a["email"] == "ann@acme.com")
    assert names[ann["accountId"]] == "Acme Inc"
    assert ann["opportunityIds"] == [DEAL, OLD_DEAL]
