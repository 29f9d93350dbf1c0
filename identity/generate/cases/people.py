"""Cases of people: addresses, leads, job changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from identity.generate import hubspot
from identity.generate.campaigns import DIRECT
from identity.generate.moments import DAY, HOUR
from identity.generate.people import Person
from identity.generate.product import user_ref
from identity.generate.salesforce import Conversion, contact_ref, lead_ref
from identity.generate.sample import Firm, Sample
from identity.generate.web import LONGEST_VISIT, Visit, device_ref
from identity.generate.words import ROLE_MAILBOXES


def shared_mailbox(sample: Sample) -> list[str]:
    """Several contact records carry info@, sales@ or the like: each is its own person."""
    rng = sample.rng
    firm = sample.team(0)
    mailbox = f"{rng.choice(ROLE_MAILBOXES)}@{firm.company.domain}"
    people = [sample.registry.person(firm.company) for _ in range(rng.randint(2, 4))]
    records = [
        sample.salesforce.contact(person, firm.account, sample.after(firm.since), Email=mailbox)
        for person in people
    ]
    device = sample.web.device()
    sample.web.visit(Visit(device, sample.after(firm.since), DIRECT, email=mailbox))
    return [f"email:{mailbox}", *map(contact_ref, records), device_ref(device)]


def automated_sender(sample: Sample) -> list[str]:
    """A lead made from an automatic mail: nobody's."""
    firm = sample.team(0)
    robot = sample.registry.person(firm.company)
    lead = sample.salesforce.lead(
        replace(robot, first="", last="Mail Delivery", phone=""),
        (("Open", sample.after(firm.since)),),
        Email=f"noreply@{firm.company.domain}",
    )
    sample.book.retell(lead_ref(lead))
    return [f"email:noreply@{firm.company.domain}", lead_ref(lead)]


def _converted(sample: Sample, firm: Firm, *, before: Person, after: Person) -> list[str]:
    at = sample.after(firm.since)
    contact = sample.salesforce.contact(after, firm.account, at)
    lead = sample.salesforce.lead(
        before,
        (("Open", at - 9 * DAY), ("MQL", at - 6 * DAY), ("Converted", at)),
        Conversion(at, contact, firm.account),
    )
    return [lead_ref(lead), contact_ref(contact)]


def converted_lead_changed_email(sample: Sample) -> list[str]:
    """The contact's address is not the one its lead came with: one person by the conversion."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    other = sample.registry.free_address(person.first, person.last)
    if sample.rng.random() < 0.6:
        other = f"{person.email.replace('.', '', 1)}"
    early = replace(person, email=other)
    refs = _converted(sample, firm, before=early, after=person)
    device = sample.identify(early, firm.since - 12 * DAY, form="guide_download")
    return [*refs, f"email:{other}", device_ref(device)]


def duplicate_leads(sample: Sample) -> list[str]:
    """Two or three leads with one address: one person."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    emails = (person.email, person.email.upper(), person.email)[: sample.rng.randint(2, 3)]
    return [
        lead_ref(
            sample.salesforce.lead(person, (("Open", sample.after(firm.since, 200)),), Email=email)
        )
        for email in emails
    ]


def duplicate_contacts(sample: Sample) -> list[str]:
    """Two live contact records with one address: one person with both ids."""
    firm = sample.team(1)
    person = firm.people[0]
    first = sample.salesforce.contact_of[person.key]
    again = sample.salesforce.contact(person, firm.account, sample.after(firm.since, 200))
    return [contact_ref(first), contact_ref(again)]


def job_change_same_record(sample: Sample) -> list[str]:
    """The record moved to the new account and address; HubSpot still lists the old address."""
    old, new = sample.team(0), sample.team(0)
    before = sample.registry.person(old.company)
    address = sample.registry.address(before.first, before.last, new.company.domain)
    person = replace(before, email=address, company=new.company)
    since = min(old.since, new.since)
    contact = sample.salesforce.contact(person, new.account, since + DAY)
    lead = sample.salesforce.lead(
        replace(person, email=before.email),
        (("Open", since), ("Converted", since + DAY)),
        Conversion(since + DAY, contact, old.account),
        Company=old.company.name,
    )
    device = sample.identify(replace(person, email=before.email), since - LONGEST_VISIT)
    key = sample.hubspot.contact(
        person,
        since + DAY,
        property_hs_additional_emails=before.email,
        property_phone=person.phone,
    )
    records = [contact_ref(contact), lead_ref(lead), hubspot.contact_ref(key), device_ref(device)]
    return [*records, f"email:{before.email}", f"email:{address}"]


def job_change_new_record(sample: Sample) -> list[str]:
    """The same name at another company, with a new record and address: two contacts."""
    old, new = sample.team(1), sample.team(0)
    leaver = old.people[0]
    joiner = sample.registry.person(new.company)
    address = sample.registry.address(leaver.first, leaver.last, new.company.domain)
    joiner = replace(
        joiner, first=leaver.first, last=leaver.last, email=address, key=f"{leaver.key}-again"
    )
    contact = sample.salesforce.contact(joiner, new.account, sample.after(new.since))
    return [contact_ref(sample.salesforce.contact_of[leaver.key]), contact_ref(contact)]


def additional_emails(sample: Sample) -> list[str]:
    """The primary CRM lists further addresses; records with those are the same person."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    extra = [
        sample.registry.free_address(person.first, person.last),
        sample.registry.address(person.first, f"{person.last} office", firm.company.domain),
    ][: sample.rng.randint(1, 2)]
    contact = sample.salesforce.contact(
        person, firm.account, sample.after(firm.since), Additional_Emails__c=";".join(extra)
    )
    copy = sample.hubspot.contact(replace(person, email=extra[0]), sample.after(firm.since))
    refs = [contact_ref(contact), hubspot.contact_ref(copy)]
    return [*refs, *(f"email:{address}" for address in extra)]


def hubspot_additional_emails(sample: Sample) -> list[str]:
    """HubSpot lists a further address; a lead with that one is the same person."""
    firm = sample.team(1)
    person = firm.people[0]
    extra = sample.registry.free_address(person.first, person.last)
    key = sample.hubspot.contact(
        person, sample.after(firm.since), property_hs_additional_emails=extra
    )
    steps = (("Open", sample.after(firm.since)),)
    lead = sample.salesforce.lead(replace(person, email=extra), steps)
    contact = sample.salesforce.contact_of[person.key]
    refs = [hubspot.contact_ref(key), lead_ref(lead), contact_ref(contact)]
    return [*refs, f"email:{extra}"]


def address_claimed_twice(sample: Sample) -> list[str]:
    """An assistant's record lists the superior's address as additional: two people."""
    firm = sample.team(1)
    superior = firm.people[0]
    person = sample.registry.person(firm.company)
    contact = sample.salesforce.contact(
        person, firm.account, sample.after(firm.since), Additional_Emails__c=superior.email
    )
    first = sample.salesforce.contact_of[superior.key]
    return [contact_ref(first), contact_ref(contact), f"email:{superior.email}"]


def untidy_email(sample: Sample) -> list[str]:
    """Capitals and blanks around an address; a clean copy elsewhere is the same person."""
    firm = sample.team(0)
    person = sample.registry.person(firm.company)
    forms = (f" {person.email} ", person.email.upper(), f"{person.email.title()}  ")
    contact = sample.salesforce.contact(
        person, firm.account, sample.after(firm.since), Email=sample.rng.choice(forms)
    )
    copy = sample.hubspot.contact(person, sample.after(firm.since))
    return [contact_ref(contact), hubspot.contact_ref(copy), f"email:{person.email}"]


def disposable_email(sample: Sample) -> list[str]:
    """A lead with a throw-away address is a contact by its own id."""
    person = sample.registry.person(None, domain="mailinator.com")
    steps = (("Open", sample.early()),)
    return [lead_ref(sample.salesforce.lead(person, steps)), f"email:{person.email}"]


def private_address_in_team(sample: Sample) -> list[str]:
    """A user with a private address in a company's workspace belongs to that company."""
    firm = sample.team(2)
    at = sample.after(firm.since)
    workspace = sample.product.workspace(firm.company.name, at, firm.company)
    person = sample.registry.person(firm.company)
    private = replace(person, email=sample.registry.free_address(person.first, person.last))
    users = []
    for member in (*firm.people, private):
        user = sample.product.user(member, workspace, at + HOUR)
        sample.product.life(user, at + HOUR)
        users.append(user_ref(user))
    return [users[-1], *users[:-1]]


Plant = Callable[[Sample], list[str]]
CASES: tuple[tuple[int, Plant], ...] = (
    (6, shared_mailbox),
    (4, automated_sender),
    (12, converted_lead_changed_email),
    (10, duplicate_leads),
    (6, duplicate_contacts),
    (6, job_change_same_record),
    (6, job_change_new_record),
    (10, additional_emails),
    (8, hubspot_additional_emails),
    (2, address_claimed_twice),
    (12, untidy_email),
    (3, disposable_email),
    (4, private_address_in_team),
)
