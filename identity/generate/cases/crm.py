"""Cases of CRM book-keeping: merges, deletions, ids, and values that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from identity.generate import hubspot
from identity.generate.hubspot import STAGES, Links
from identity.generate.moments import DAY
from identity.generate.salesforce import (
    Deal,
    account_ref,
    contact_ref,
    lead_ref,
    opportunity_ref,
)
from identity.generate.sample import Firm, Sample
from identity.generate.story import draw_deal

_BAD_EMAILS = (
    "{local}@@{host}",
    "{local}..x@{host}",
    "{local}@",
    "@{host}",
    "{local}@no,{host}",
    "{local}@{host};office@{host}",
)


def _account_loser(sample: Sample, firm: Firm, *, master: str, domain: str) -> str:
    variant = replace(firm.company, name=f"{firm.company.name} (old)")
    loser = sample.salesforce.account(
        variant,
        sample.after(firm.since),
        Website=domain,
        IsDeleted="true",
        MasterRecordId=master,
    )
    sample.salesforce.account_of[firm.company.key] = firm.account
    return loser


def merged_account(sample: Sample) -> list[str]:
    """A deleted account names its master; what it claimed belongs to the master's company."""
    firm = sample.firm(3)
    domain = sample.another_domain(firm.company)
    loser = _account_loser(sample, firm, master=firm.account, domain=domain)
    person = sample.registry.person(firm.company, domain=domain)
    lead = sample.salesforce.lead(person, (("Open", sample.after(firm.since)),))
    return [account_ref(loser), account_ref(firm.account), f"domain:{domain}", lead_ref(lead)]


def merged_account_chain(sample: Sample) -> list[str]:
    """An account was merged into one that was merged later itself."""
    firm = sample.firm(3)
    middle = _account_loser(sample, firm, master=firm.account, domain=firm.company.domain)
    first = _account_loser(sample, firm, master=middle, domain="")
    return [account_ref(key) for key in (first, middle, firm.account)]


def merged_contact(sample: Sample) -> list[str]:
    """A deleted contact names its master; its other address is the same person's."""
    firm = sample.team(1)
    master, person = sample.salesforce.contact_of[firm.people[0].key], firm.people[0]
    old = sample.registry.free_address(person.first, person.last)
    loser = sample.salesforce.contact(
        person,
        firm.account,
        sample.after(firm.since),
        Email=old,
        IsDeleted="true",
        MasterRecordId=master,
    )
    copy = sample.hubspot.contact(replace(person, email=old), sample.after(firm.since))
    refs = [contact_ref(loser), contact_ref(master), hubspot.contact_ref(copy)]
    return [*refs, f"email:{old}"]


def merged_contact_chain(sample: Sample) -> list[str]:
    """A contact was merged into one that was merged later itself."""
    firm = sample.team(1)
    person = firm.people[0]
    keys = [sample.salesforce.contact_of[person.key]]
    for _ in range(2):
        loser = sample.salesforce.contact(
            person,
            firm.account,
            sample.after(firm.since),
            IsDeleted="true",
            MasterRecordId=keys[-1],
        )
        keys.append(loser)
    return [contact_ref(key) for key in reversed(keys)]


def merged_lead(sample: Sample) -> list[str]:
    """A deleted lead names its master: one person."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    steps = (("Open", sample.after(firm.since)),)
    master = sample.salesforce.lead(person, steps)
    other = sample.registry.free_address(person.first, person.last)
    loser = sample.salesforce.lead(
        person, steps, Email=other, IsDeleted="true", MasterRecordId=master
    )
    return [lead_ref(loser), lead_ref(master), f"email:{other}"]


def hubspot_merged_contact(sample: Sample) -> list[str]:
    """HubSpot merged two contacts into a third, new id that lists both."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    private = sample.registry.free_address(person.first, person.last)
    since = sample.after(firm.since)
    losers = [
        sample.hubspot.contact(known, since, _fivetran_deleted="TRUE")
        for known in (person, replace(person, email=private))
    ]
    winner = sample.hubspot.contact(
        person,
        since + DAY,
        property_hs_merged_object_ids=";".join(losers),
        property_hs_additional_emails=private,
    )
    return [hubspot.contact_ref(key) for key in (*losers, winner)]


def hubspot_merged_contact_chain(sample: Sample) -> list[str]:
    """Two HubSpot merges in a row; the last id lists all four before it."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    since = sample.after(firm.since)
    gone = {"_fivetran_deleted": "TRUE"}
    first = [sample.hubspot.contact(person, since, **gone) for _ in range(2)]
    middle = sample.hubspot.contact(
        person, since + DAY, property_hs_merged_object_ids=";".join(first), **gone
    )
    keys = [*first, middle, sample.hubspot.contact(person, since, **gone)]
    winner = sample.hubspot.contact(
        person, since + 5 * DAY, property_hs_merged_object_ids=";".join(keys)
    )
    return [hubspot.contact_ref(key) for key in (*keys, winner)]


def hubspot_merged_company(sample: Sample) -> list[str]:
    """HubSpot merged two companies into a third, new id that lists both."""
    firm = sample.firm(2)
    since = sample.after(firm.since)
    domains = (firm.company.domain, "")
    losers = [
        sample.hubspot.company(firm.company, since, is_deleted="true", property_domain=domain)
        for domain in domains
    ]
    winner = sample.hubspot.company(
        firm.company, since + DAY, property_hs_merged_object_ids=";".join(losers)
    )
    return [*(hubspot.account_ref(key) for key in (*losers, winner)), account_ref(firm.account)]


def deleted_account(sample: Sample) -> list[str]:
    """A deleted account without a master is nobody's; its domain lives on by a lead."""
    company = sample.registry.company(2)
    since = sample.early()
    account = sample.salesforce.account(company, since, IsDeleted="true")
    sample.book.retell(account_ref(account))
    person = sample.registry.person(company)
    lead = sample.salesforce.lead(person, (("Open", sample.after(since)),))
    return [account_ref(account), f"domain:{company.domain}", lead_ref(lead)]


def deleted_contact(sample: Sample) -> list[str]:
    """A deleted contact without a master is nobody's, though its address may live on."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    contact = sample.salesforce.contact(person, firm.account, firm.since, IsDeleted="true")
    sample.book.retell(contact_ref(contact))
    refs = [contact_ref(contact)]
    if sample.rng.random() < 0.5:
        copy = sample.hubspot.contact(person, sample.after(firm.since))
        refs.append(hubspot.contact_ref(copy))
    return [*refs, f"email:{person.email}"]


def deleted_hubspot_contact(sample: Sample) -> list[str]:
    """A deleted HubSpot contact is nobody's; the contact of the primary CRM lives on."""
    firm = sample.team(1)
    key = sample.hubspot.contact(firm.people[0], firm.since, _fivetran_deleted="TRUE")
    sample.book.retell(hubspot.contact_ref(key))
    contact = sample.salesforce.contact_of[firm.people[0].key]
    return [hubspot.contact_ref(key), contact_ref(contact)]


def one_number_two_objects(sample: Sample) -> list[str]:
    """A HubSpot contact and a HubSpot company with the same number are different things."""
    firm = sample.team(1)
    company = sample.hubspot.company(firm.company, sample.after(firm.since))
    contact = sample.hubspot.contact(firm.people[0], sample.after(firm.since), id=company)
    return [hubspot.account_ref(company), hubspot.contact_ref(contact)]


def short_salesforce_id(sample: Sample) -> list[str]:
    """HubSpot names a Salesforce contact by its 15-character id: the same record."""
    firm = sample.team(1)
    person = firm.people[0]
    contact = sample.salesforce.contact_of[person.key]
    private = replace(person, email=sample.registry.free_address(person.first, person.last))
    copy = sample.hubspot.contact(private, sample.after(firm.since), Links(contact[:15]))
    return [hubspot.contact_ref(copy), contact_ref(contact)]


def malformed_email(sample: Sample) -> list[str]:
    """An address that cannot be read: the contact stands by its id."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    local, _, host = person.email.partition("@")
    form = _BAD_EMAILS[len(sample.book.notes.get("malformed_email", ())) % len(_BAD_EMAILS)]
    email = form.format(local=local, host=host)
    at = sample.after(firm.since)
    return [contact_ref(sample.salesforce.contact(person, firm.account, at, Email=email))]


def bad_date(sample: Sample) -> list[str]:
    """Dates that do not exist or cannot be read, in three systems."""
    firm = sample.team(1)
    at = sample.after(firm.since)
    deal = draw_deal(sample.rng, firm.company, at)
    opportunity = sample.salesforce.opportunity(
        firm.company, firm.account, deal, CloseDate="2026-02-30"
    )
    copy = sample.hubspot.contact(firm.people[0], at, property_createdate="0000-00-00 00:00:00")
    workspace = sample.product.workspace(firm.company.name, at, firm.company)
    user = sample.product.user(firm.people[0], workspace, at)
    event = sample.product.event(user, "report_viewed", at, timestamp="2026-13-05 10:00:00")
    return [opportunity_ref(opportunity), hubspot.contact_ref(copy), f"event:product:{event}"]


def unknown_amount(sample: Sample) -> list[str]:
    """Amounts that are words, in both CRMs."""
    firm = sample.team(0)
    at = sample.after(firm.since)
    deal = draw_deal(sample.rng, firm.company, at)
    opportunity = sample.salesforce.opportunity(firm.company, firm.account, deal, Amount="tbd")
    sample.hubspot.company(firm.company, at, account=firm.account)
    other = Deal(((STAGES[0], at),), 20_000, "EUR", "New deal")
    key = sample.hubspot.deal(firm.company, other, (), property_amount="n/a")
    return [opportunity_ref(opportunity), f"crm:hubspot:opportunity:{key}"]


Plant = Callable[[Sample], list[str]]
CASES: tuple[tuple[int, Plant], ...] = (
    (5, merged_account),
    (1, merged_account_chain),
    (7, merged_contact),
    (2, merged_contact_chain),
    (3, merged_lead),
    (5, hubspot_merged_contact),
    (2, hubspot_merged_contact_chain),
    (4, hubspot_merged_company),
    (4, deleted_account),
    (6, deleted_contact),
    (4, deleted_hubspot_contact),
    (1, one_number_two_objects),
    (5, short_salesforce_id),
    (6, malformed_email),
    (2, bad_date),
    (2, unknown_amount),
)
