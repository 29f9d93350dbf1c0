"""Who is not in the primary CRM by an account: HubSpot-only and domain companies, private people,
visitors who never say who they are."""

from __future__ import annotations

from identity.generate.funnel import journey, product_use, use_product
from identity.generate.hubspot import STAGES, Links, account_ref
from identity.generate.moments import DAY, END, START, at_work, between
from identity.generate.salesforce import Deal, contact_ref, lead_ref
from identity.generate.sample import Sample
from identity.generate.story import amount, draw_story, staff_size
from identity.generate.words import FREE_MAIL, LEAD_SOURCES


def linked_company(sample: Sample) -> None:
    """A company that only HubSpot knows, with contacts and sometimes a deal."""
    rng, hubspot = sample.rng, sample.hubspot
    staff = staff_size(rng)
    company = sample.registry.company(staff)
    story = draw_story(rng)
    key = hubspot.company(company, story.lead_at)
    people = [sample.registry.person(company) for _ in range(staff)]
    contacts = [
        hubspot.contact(person, sample.after(story.lead_at, 90), Links(company=key))
        for person in people
    ]
    until = min(END, story.sql_at + 40 * DAY)
    journey(sample, people[0], story, until=until, visits=rng.randint(2, 5))
    if rng.random() < 0.6:
        hubspot.deal(company, _hubspot_deal(sample, story.converted_at), contacts[:3])
    sample.book.note("hubspot_only_company", account_ref(key), f"domain:{company.domain}")


def _hubspot_deal(sample: Sample, opened: int) -> Deal:
    rng = sample.rng
    ending = STAGES[4] if rng.random() < 0.5 else STAGES[5]
    at, stages = opened, []
    for stage in (*STAGES[:4], ending):
        if at > END:
            break
        stages.append((stage, at))
        at = at_work(rng, at + rng.randint(5, 28) * DAY)
    return Deal(tuple(stages), amount(rng), rng.choice(("EUR", "USD")), "New deal")


def domain_company(sample: Sample) -> None:
    """A company without any account: its people came as leads, as product users, or as both."""
    rng = sample.rng
    staff = min(8, staff_size(rng))
    company = sample.registry.company(staff)
    people = [sample.registry.person(company) for _ in range(staff)]
    story = draw_story(rng)
    as_leads = people[: rng.randint(1, staff)]
    leads = []
    for number, person in enumerate(as_leads):
        at = story.lead_at if not number else sample.after(story.lead_at, 100)
        steps = [("Open", at)]
        qualified = at + rng.randint(1, 8) * DAY
        if rng.random() < 0.4 and qualified < END:
            steps.append(("MQL", qualified))
        leads.append(sample.salesforce.lead(person, steps, LeadSource=rng.choice(LEAD_SOURCES)))
        if rng.random() < 0.4:
            sample.hubspot.contact(person, at, Links(lead=leads[-1]))
    until = min(END, story.sql_at + 50 * DAY)
    journey(sample, people[0], story, until=until, visits=rng.randint(1, 5))
    if rng.random() < 0.5 or len(as_leads) < staff:
        product_use(sample, company, people[len(as_leads) // 2 :], since=story.lead_at)
    refs = [lead_ref(key) for key in leads]
    sample.book.note("domain_company", f"domain:{company.domain}", *refs)


def private_person(sample: Sample) -> None:
    """Someone with a free-mail address and no company: a lead, sometimes a visitor too."""
    rng = sample.rng
    person = sample.registry.person(None)
    story = draw_story(rng)
    company = rng.choice(("n/a", "Self-employed", "-", "Freelance"))
    lead = sample.salesforce.lead(person, (("Open", story.lead_at),), Company=company)
    if rng.random() < 0.5:
        until = min(END, story.sql_at)
        journey(sample, person, story, until=until, visits=rng.randint(1, 3))
    sample.book.note("free_mail", lead_ref(lead))


def private_workspace(sample: Sample) -> None:
    """A workspace whose users all have private addresses: it founds no company."""
    rng = sample.rng
    people = [sample.registry.person(None) for _ in range(rng.randint(1, 3))]
    at = between(rng, START, END - 90 * DAY)
    workspace = sample.product.workspace(f"{people[0].last} team", at, None)
    for person in people:
        use_product(sample, person, workspace, joined=sample.after(at, 30))
    users = [f"user:product:{sample.product.user_of[person.key]}" for person in people]
    sample.book.note("personal_only_workspace", f"workspace:product:{workspace}", *users)


def visitor(sample: Sample, domain: str) -> None:
    """A device that never identifies itself; its network may reveal a company's ``domain``."""
    rng = sample.rng
    device = sample.web.device()
    first = at_work(rng, START + rng.randrange(540) * DAY)
    more = [sample.after(first, 40) for _ in range(rng.choices((0, 1, 3), (6, 3, 1))[0])]
    sample.visits(device, sorted([first, *more]), warm=False, reveal=domain)


def unknown_network(sample: Sample) -> None:
    """A company known from its network address alone."""
    company = sample.registry.company(1)
    for _ in range(sample.rng.randint(1, 3)):
        device = sample.web.device()
        at = at_work(sample.rng, START + sample.rng.randrange(540) * DAY)
        sample.visits(device, [at], warm=False)
        sample.web.call("reveal", device, at, properties={"company_domain": company.domain})
    sample.book.note("ip_only_domain", f"domain:{company.domain}")


def note_free_mail(sample: Sample) -> None:
    """File every contact record whose address is at a free-mail host."""
    hosts = {host for host, _ in FREE_MAIL}
    for row in sample.book.rows["contact"]:
        if row["Email"].strip().lower().rpartition("@")[2] in hosts:
            sample.book.note("free_mail", contact_ref(row["Id"]))
