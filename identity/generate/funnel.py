"""Companies of the primary CRM: visits, leads, conversion, deals, buying groups, product use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from identity.generate.campaigns import draw_touch
from identity.generate.hubspot import Links
from identity.generate.moments import DAY, END, START, at_work, between
from identity.generate.people import Company, Person
from identity.generate.salesforce import Conversion, Deal, contact_ref, lead_ref
from identity.generate.sample import Firm, Sample
from identity.generate.story import Story, draw_deal, draw_story, group_size, staff_size
from identity.generate.web import LONGEST_VISIT, Visit
from identity.generate.words import LEAD_SOURCES, OPPORTUNITY_ROLES


def journey(sample: Sample, person: Person, story: Story, *, until: int, visits: int) -> None:
    """Anonymous visits, the form that makes the lead, then visits up to ``until``.

    A third of the people move to a second device later, where a newsletter form tells who they
    are; its visits before that are known only by hindsight.
    """
    rng = sample.rng
    domain = person.company.domain if person.company else ""
    device = sample.web.device()
    earlier = sorted(between(rng, story.first_visit, story.lead_at - DAY) for _ in range(visits))
    sample.visits(device, [story.first_visit, *earlier[1:]], warm=False, reveal=domain)
    asked = story.lead_at - LONGEST_VISIT
    touch = draw_touch(rng, asked, warm=True)
    sample.web.visit(Visit(device, asked, touch, email=_typed(sample, person)))
    sample.web.met(device, person)
    later = sorted(between(rng, story.lead_at + DAY, until) for _ in range(rng.randint(0, visits)))
    if later and rng.random() < 0.33:
        second = sample.web.device()
        sample.visits(second, later[:-1], warm=True)
        sample.identify(person, later[-1], device=second)
    else:
        sample.visits(device, later, warm=True, reveal=domain)


def _typed(sample: Sample, person: Person) -> str:
    return person.email.title() if sample.rng.random() < 0.04 else person.email


def product_use(sample: Sample, company: Company, people: Sequence[Person], *, since: int) -> None:
    """A workspace of the company, opened by its first user; the others are invited later."""
    if not people:
        return
    at = sample.after(since, 90)
    workspace = sample.product.workspace(company.name, at, company)
    for number, person in enumerate(people):
        joined = at if not number else sample.after(at, 150)
        use_product(sample, person, workspace, joined=joined)


def use_product(sample: Sample, person: Person, workspace: str, *, joined: int) -> None:
    """A user signs up, signs in on the web now and then, and works in the product."""
    rng = sample.rng
    user = sample.product.user(person, workspace, joined)
    sample.product.life(user, joined)
    known = sample.web.devices_of.get(person.key)
    device = sample.sign_in(person, joined, device=known[0] if known else "")
    if rng.random() < 0.3:
        sample.web.group(device, joined + 40, user=user, workspace=workspace)
    for _ in range(rng.randint(0, 5)):
        sample.sign_in(person, sample.after(joined + DAY, 200), device=device)


def mirror(sample: Sample, company: Company, people: Sequence[Person], *, since: int) -> None:
    """Copy part of a company into HubSpot: the company three times in five, as many people.

    Half of the copies name the record they are synchronised with.
    """
    rng, crm = sample.rng, sample.salesforce
    key = ""
    if rng.random() < 0.6:
        account = crm.account_of[company.key] if rng.random() < 0.5 else ""
        key = sample.hubspot.company(company, sample.after(since), account=account)
    for person in people:
        if rng.random() < 0.55:
            contact, lead = crm.contact_of.get(person.key, ""), crm.lead_of.get(person.key, "")
            links = Links(contact, "" if contact else lead, key)
            if rng.random() < 0.5:
                links = replace(links, contact="", lead="")
            sample.hubspot.contact(person, sample.after(since, 120), links)


def _member(sample: Sample, person: Person, *, account: str, story: Story, until: int) -> None:
    """One more of the buying group: a lead that joins the account, or a contact entered by hand."""
    rng = sample.rng
    started = between(rng, story.lead_at, until - 10 * DAY)
    own = Story(
        max(START, started - rng.randint(5, 40) * DAY),
        started,
        started + rng.randint(1, 4) * DAY,
        started + rng.randint(5, 6) * DAY,
        max(started + rng.randint(7, 9) * DAY, story.converted_at),
    )
    if rng.random() < 0.45 and own.converted_at <= END:
        contact = sample.salesforce.contact(person, account, own.converted_at, LeadSource="Web")
        lead = sample.salesforce.lead(
            person, own.steps, Conversion(own.converted_at, contact, account)
        )
        sample.book.note("converted_lead", lead_ref(lead), contact_ref(contact))
    else:
        sample.salesforce.contact(person, account, max(started, story.converted_at))
    if rng.random() < 0.75:
        journey(sample, person, own, until=until, visits=rng.randint(1, 3))


def _bought(sample: Sample, company: Company, people: Sequence[Person]) -> int:
    """The full way: champion's lead, conversion, deal with its group; returns the account's age."""
    rng, crm = sample.rng, sample.salesforce
    story = draw_story(rng)
    deal = draw_deal(rng, company, story.converted_at)
    deal = replace(deal, source=rng.choice(LEAD_SOURCES))
    until = deal.closed_at or END
    group, champion = people[: group_size(rng, len(people))], people[0]
    won = deal.stages[-1][0] == "Closed Won"
    account = crm.account(company, story.converted_at, Type="Customer" if won else "Prospect")
    contact = crm.contact(champion, account, story.converted_at, LeadSource=deal.source)
    opportunity = crm.opportunity(company, account, deal)
    conversion = Conversion(story.converted_at, contact, account, opportunity)
    lead = crm.lead(champion, story.steps, conversion, LeadSource=deal.source)
    sample.book.note("converted_lead", lead_ref(lead), contact_ref(contact))
    journey(sample, champion, story, until=until, visits=rng.randint(3, 9))
    for person in group[1:]:
        _member(sample, person, account=account, story=story, until=until)
    for number, person in enumerate(group):
        role = OPPORTUNITY_ROLES[0] if not number else rng.choice(OPPORTUNITY_ROLES[1:])
        key = crm.contact_of[person.key]
        crm.role(opportunity, key, role=role, at=story.converted_at)
    if won and rng.random() < 0.25:
        _expand(sample, company, account=account, group=group, deal=deal)
    return story.converted_at


def _expand(
    sample: Sample, company: Company, *, account: str, group: Sequence[Person], deal: Deal
) -> None:
    opened = deal.closed_at + sample.rng.randint(40, 120) * DAY
    if opened > END - 10 * DAY:
        return
    more = draw_deal(sample.rng, company, opened, win=0.75, kind="Existing Business")
    key = sample.salesforce.opportunity(company, account, more)
    sample.salesforce.role(
        key, sample.salesforce.contact_of[group[0].key], role=OPPORTUNITY_ROLES[0], at=opened
    )


def _looked(sample: Sample, company: Company, people: Sequence[Person]) -> int:
    """An account with a lead that never converted; its sales team entered contacts by hand."""
    rng, crm = sample.rng, sample.salesforce
    story = draw_story(rng)
    steps = story.steps[: rng.randint(1, 3)]
    given_up = steps[-1][1] + rng.randint(2, 20) * DAY
    if rng.random() < 0.3 and given_up < END:
        steps = (*steps, ("Unqualified", given_up))
    account = crm.account(company, story.lead_at)
    if len(people) > 1 and people[0].email.endswith(company.domain):
        crm.lead(people[0], steps)
    else:
        crm.contact(people[0], account, story.lead_at)
    until = min(END, story.sql_at + 60 * DAY)
    journey(sample, people[0], story, until=until, visits=rng.randint(2, 7))
    return story.lead_at


def crm_company(sample: Sample) -> None:
    """One ordinary company of the primary CRM with all it brings."""
    rng, crm = sample.rng, sample.salesforce
    staff = staff_size(rng)
    company = sample.registry.company(staff)
    people = [_colleague(sample, company) for _ in range(staff)]
    fate = rng.choices(("bought", "looked", "cold"), (58, 22, 20))[0]
    if fate == "bought":
        since = _bought(sample, company, people)
    elif fate == "looked":
        since = _looked(sample, company, people)
    else:
        since = at_work(rng, START + rng.randrange(480) * DAY)
        crm.account(company, since)
    account = crm.account_of[company.key]
    for person in people:
        if person.key in crm.contact_of or person.key in crm.lead_of:
            continue
        at = sample.after(since, 240)
        if rng.random() < 0.25 and person.email.endswith(company.domain):
            crm.lead(person, (("Open", at),), LeadSource=rng.choice(LEAD_SOURCES))
        else:
            crm.contact(person, account, at)
            if person.email.endswith(company.domain):
                sample.bystanders.append(person)
    if since < END - 120 * DAY:
        sample.ordinary.append(Firm(company, account, (), since))
    mirror(sample, company, people, since=since)
    if rng.random() < 0.42:
        users = people[: rng.randint(1, 1 + min(len(people), 9))]
        business = [person for person in users if person.email.endswith(company.domain)]
        product_use(sample, company, business, since=since)


def _colleague(sample: Sample, company: Company) -> Person:
    """A person of a company; one in eighteen is known by a private address only."""
    person = sample.registry.person(company)
    if sample.rng.random() < 0.055:
        person = replace(person, email=sample.registry.free_address(person.first, person.last))
    return person
