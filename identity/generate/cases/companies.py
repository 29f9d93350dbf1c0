"""Cases of companies: domains, websites, accounts, subsidiaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from identity.generate import hubspot
from identity.generate.funnel import use_product
from identity.generate.hubspot import Links
from identity.generate.moments import DAY
from identity.generate.people import COUNTRIES, Company
from identity.generate.product import user_ref, workspace_ref
from identity.generate.salesforce import account_ref, contact_ref, lead_ref
from identity.generate.sample import Firm, Sample

VENDOR_DOMAIN = "acme-app.com"
AGENCIES = (("Brightharbour Agency", "brightharbour-agency.com"),
            ("Copperlane Partners", "copperlane-partners.com"))  # fmt: skip
_SPELLINGS = (
    "HTTPS://WWW.{DOMAIN}:443/en/index.html?ref=crm",
    "www.{domain}",
    "{DOMAIN}.",
    "http://{domain}/about-us#team",
    "  https://www.{domain}/  ",
    "Www.{domain}/contact?lang=de",
)


def _lead(
    sample: Sample, company: Company | None, *, domain: str = "", since: int, **fields: str
) -> str:
    person = sample.registry.person(company, domain=domain)
    steps = (("Open", sample.after(since)),)
    return lead_ref(sample.salesforce.lead(person, steps, **fields))


def _twins(sample: Sample) -> tuple[Firm, Company, str]:
    firm = sample.firm(3)
    name = f"{firm.company.name} Services"
    twin = replace(firm.company, key=f"{firm.company.key}-services", name=name)
    account = sample.salesforce.account(twin, firm.since, Website=f"www.{twin.domain}")
    for _ in range(3):
        person = sample.registry.person(twin)
        sample.salesforce.contact(person, account, sample.after(firm.since))
    return firm, twin, account


def two_accounts_one_domain(sample: Sample) -> list[str]:
    """Two live accounts claim one domain: two companies; a lead of that domain has none."""
    firm, twin, account = _twins(sample)
    sample.hubspot.company(twin, sample.after(firm.since), account=account)
    lead = _lead(sample, None, domain=twin.domain, since=firm.since, Company=firm.company.name)
    return [account_ref(firm.account), account_ref(account), f"domain:{twin.domain}", lead]


def hubspot_company_on_ambiguous_domain(sample: Sample) -> list[str]:
    """HubSpot claims a domain of two accounts and names neither: a company of its own."""
    firm, twin, account = _twins(sample)
    own = replace(twin, key=f"{firm.company.key}-hubspot")
    key = sample.hubspot.company(own, sample.after(firm.since))
    return [account_ref(firm.account), account_ref(account), hubspot.account_ref(key)]


def _renamed(sample: Sample, domains: int) -> list[str]:
    firm = sample.firm(3)
    company, book = firm.company, sample.book
    chain = [*(sample.another_domain(company) for _ in range(domains)), company.domain]
    for old, new in pairwise(chain):
        book.row("merged_company_domain", {"old_domain": old, "new_domain": new})
    former = [sample.registry.person(company, domain=chain[0]) for _ in range(2)]
    since = sample.after(firm.since)
    workspace = sample.product.workspace(company.name, since, company)
    for person in (*former, *firm.people[:2]):
        use_product(sample, person, workspace, joined=sample.after(since))
    users = [sample.product.user_of[person.key] for person in (*former, *firm.people[:2])]
    sample.hubspot.company(company, since, property_domain=chain[0], property_website="")
    lead = _lead(sample, company, domain=chain[0], since=since)
    tail = [workspace_ref(workspace), lead, *map(user_ref, users)]
    return [*(f"domain:{name}" for name in chain), account_ref(firm.account), *tail]


def renamed_domain(sample: Sample) -> list[str]:
    """A company moved to a new domain, with users on both: one company by a decision."""
    return _renamed(sample, 1)


def renamed_domain_twice(sample: Sample) -> list[str]:
    """A company moved twice: the decisions form a chain."""
    return _renamed(sample, 2)


def agency(sample: Sample) -> list[str]:
    """Agency staff are contacts of two clients each, with the agency's address."""
    done = len(sample.book.notes.get("agency", ()))
    if done < len(AGENCIES):
        name, domain = AGENCIES[done]
        key = domain.partition(".")[0]
        own = Company(key, name, domain, "Business Services", 25, COUNTRIES[0])
    else:
        own = sample.registry.company(3)
    account = sample.salesforce.account(own, sample.early(), Type="Partner", Website=own.domain)
    clients = [sample.team(0), sample.team(0)]
    staff = [sample.registry.person(own) for _ in range(3)]
    records = [
        contact_ref(sample.salesforce.contact(person, client.account, sample.after(client.since)))
        for person in staff
        for client in clients
    ]
    return [f"domain:{own.domain}", account_ref(account), *records]


def linked_by_account_id_only(sample: Sample) -> list[str]:
    """A HubSpot company without a domain names its Salesforce account: one company."""
    firm = sample.firm(3)
    key = sample.hubspot.company(
        firm.company,
        sample.after(firm.since),
        account=firm.account,
        property_domain="",
        property_website="",
    )
    person = sample.registry.person(firm.company)
    contact = sample.hubspot.contact(person, sample.after(firm.since), Links(company=key))
    return [account_ref(firm.account), hubspot.account_ref(key), hubspot.contact_ref(contact)]


def account_without_website(sample: Sample) -> list[str]:
    """An account that claims no domain; only its contact records tell of the domain."""
    return [account_ref(sample.firm(3, website="").account)]


def domain_by_hubspot_only(sample: Sample) -> list[str]:
    """The account has no website; the HubSpot company that names the account has its domain."""
    firm = sample.firm(3, website="")
    key = sample.hubspot.company(firm.company, sample.after(firm.since), account=firm.account)
    lead = _lead(sample, firm.company, since=firm.since)
    return [account_ref(firm.account), hubspot.account_ref(key), lead]


def website_spelling(sample: Sample) -> list[str]:
    """The website is written with scheme, www, port, path, capitals, blanks or a dot."""
    done = len(sample.book.notes.get("website_spelling", ()))
    firm = sample.firm(2, website=_SPELLINGS[done % len(_SPELLINGS)])
    lead = _lead(sample, firm.company, since=firm.since)
    return [account_ref(firm.account), f"domain:{firm.company.domain}", lead]


def free_mail_website(sample: Sample) -> list[str]:
    """The account's website is a free-mail host: no claim, still a company."""
    return [account_ref(sample.firm(2, website="gmail.com").account)]


def social_website(sample: Sample) -> list[str]:
    """The account's website is a page at a social network: no claim, still a company."""
    done = len(sample.book.notes.get("social_website", ()))
    host = ("linkedin.com/company", "facebook.com")[done % 2]
    return [account_ref(sample.firm(2, website=f"https://www.{host}/{{domain}}").account)]


def subsidiary_host(sample: Sample) -> list[str]:
    """A subsidiary at a host below the parent's domain: two companies, joined by ParentId."""
    parent = sample.firm(4)
    child = replace(
        parent.company,
        key=f"{parent.company.key}-uk",
        name=f"{parent.company.name} UK",
        domain=f"uk.{parent.company.domain}",
    )
    account = sample.salesforce.account(
        child, parent.since, ParentId=parent.account, Website=f"https://{child.domain}"
    )
    for _ in range(2):
        person = sample.registry.person(child)
        sample.salesforce.contact(person, account, sample.after(parent.since))
    sample.hubspot.company(child, sample.after(parent.since))
    leads = [_lead(sample, company, since=parent.since) for company in (child, parent.company)]
    return [account_ref(parent.account), account_ref(account), *leads]


def international_domain(sample: Sample) -> list[str]:
    """A domain with an umlaut, written plainly here and in its ASCII form there: one domain."""
    firm = sample.firm(1, website="")
    head, _, tail = firm.company.domain.partition(".")
    plain = f"bücher-{head}.{tail}"
    ascii_form = plain.encode("idna").decode()
    company = replace(firm.company, domain=plain)
    key = sample.hubspot.company(company, firm.since, account=firm.account)
    people = [sample.registry.person(company, domain=host) for host in (plain, ascii_form)]
    steps = (("Open", sample.after(firm.since)),)
    leads = [lead_ref(sample.salesforce.lead(person, steps)) for person in people]
    return [account_ref(firm.account), hubspot.account_ref(key), *leads]


def two_domains(sample: Sample) -> list[str]:
    """HubSpot lists a further domain of a company: people of both belong to it."""
    firm = sample.firm(3)
    second = sample.another_domain(firm.company)
    key = sample.hubspot.company(
        firm.company, sample.after(firm.since), property_hs_additional_domains=second
    )
    lead = _lead(sample, firm.company, domain=second, since=firm.since)
    return [account_ref(firm.account), hubspot.account_ref(key), f"domain:{second}", lead]


def mail_subdomain(sample: Sample) -> list[str]:
    """Addresses at mail.<domain> belong to the company of the domain."""
    firm = sample.firm(2)
    lead = _lead(sample, firm.company, domain=f"mail.{firm.company.domain}", since=firm.since)
    return [account_ref(firm.account), lead]


def hubspot_duplicate_company(sample: Sample) -> list[str]:
    """Two HubSpot companies claim one domain that no account claims: one company."""
    company = sample.registry.company(4)
    since = sample.early()
    keys = [sample.hubspot.company(company, since + number * DAY) for number in range(2)]
    for number in range(4):
        person = sample.registry.person(company)
        sample.hubspot.contact(person, sample.after(since), Links(company=keys[number % 2]))
    return [*(hubspot.account_ref(key) for key in keys), f"domain:{company.domain}"]


def vendor_account(sample: Sample) -> list[str]:
    """The vendor's own account and colleagues in its CRM: a company, but no contacts."""
    since = sample.early()
    own = Company("acme", "Acme", VENDOR_DOMAIN, "Software", 90, COUNTRIES[0])
    account = sample.salesforce.account(own, since, Type="Internal", Website=VENDOR_DOMAIN)
    people = [replace(sample.registry.person(own), internal=True) for _ in range(2)]
    contacts = [sample.salesforce.contact(person, account, since) for person in people]
    return [account_ref(account), *map(contact_ref, contacts)]


ONCE = 0
Plant = Callable[[Sample], list[str]]
CASES: tuple[tuple[int, Plant], ...] = (
    (4, two_accounts_one_domain),
    (1, hubspot_company_on_ambiguous_domain),
    (4, renamed_domain),
    (1, renamed_domain_twice),
    (2, agency),
    (8, linked_by_account_id_only),
    (5, account_without_website),
    (5, domain_by_hubspot_only),
    (12, website_spelling),
    (3, free_mail_website),
    (3, social_website),
    (3, subsidiary_host),
    (1, international_domain),
    (4, two_domains),
    (2, mail_subdomain),
    (2, hubspot_duplicate_company),
    (ONCE, vendor_account),
)
