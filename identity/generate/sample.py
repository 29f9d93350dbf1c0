"""The workbench of the sample: its random streams, its systems, and small common moves."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from identity.errors import Stop
from identity.generate.ads import Ads
from identity.generate.book import Book
from identity.generate.campaigns import draw_touch
from identity.generate.hubspot import HubSpot
from identity.generate.moments import DAY, END, START, between
from identity.generate.people import Company, Person, Registry
from identity.generate.product import Product
from identity.generate.salesforce import Salesforce
from identity.generate.web import Visit, Web


@dataclass(frozen=True, slots=True)
class Firm:
    """A company of the primary CRM as a case needs it: its account, its people, since when."""

    company: Company
    account: str
    people: tuple[Person, ...]
    since: int


class Sample:
    """Everything that makers of the sample share.

    Each system draws from its own stream, seeded by the sample's seed and the system's name, so a
    change in one leaves the ids of the others alone.
    """

    def __init__(self, seed: int, scale: float) -> None:
        self._seed = seed
        self._scale = scale
        self.book = Book()
        self.registry = Registry(self.stream("registry"))
        self.salesforce = Salesforce(self.book, self.stream("salesforce"))
        self.hubspot = HubSpot(self.book, self.stream("hubspot"))
        self.product = Product(self.book, self.stream("product"))
        self.web = Web(self.book, self.stream("web"))
        self.ads = Ads(self.book, self.stream("ads"))
        self.rng = self.stream("life")
        self._turn = 0
        self.ordinary: list[Firm] = []
        """Companies with one account and a domain of their own, to which cases add people."""
        self.bystanders: list[Person] = []
        """People with an ordinary contact record, whom cases may involve; each is taken once."""

    def stream(self, name: str) -> random.Random:
        """An independent random stream."""
        return random.Random(f"{self._seed}/{name}")

    def count(self, at_scale_one: int) -> int:
        """How many of a thing to make, at least one."""
        return max(1, round(at_scale_one * self._scale))

    def take(self, number: int) -> list[Person]:
        """Take bystanders; fewer where the sample is too small for so many."""
        taken, self.bystanders = self.bystanders[:number], self.bystanders[number:]
        return taken

    def firm(self, staff: int, *, website: str = "{domain}") -> Firm:
        """A new company with an account and ``staff`` contacts.

        ``website`` is what the account says, with ``{domain}`` or ``{DOMAIN}`` filled in.
        """
        company = self.registry.company(staff)
        since = self.early()
        said = website.format(domain=company.domain, DOMAIN=company.domain.upper())
        key = self.salesforce.account(company, since, Website=said)
        people = tuple(self.registry.person(company) for _ in range(staff))
        for person in people:
            self.salesforce.contact(person, key, self.after(since))
        return Firm(company, key, people, since)

    def team(self, staff: int) -> Firm:
        """``staff`` new contacts of an ordinary company; the next call takes another company."""
        firm = self.ordinary[self._turn % len(self.ordinary)]
        self._turn += 1
        people = tuple(self.registry.person(firm.company) for _ in range(staff))
        for person in people:
            self.salesforce.contact(person, firm.account, self.after(firm.since))
        return replace(firm, people=people)

    def early(self) -> int:
        """A working hour that leaves at least four months of the period after it."""
        return between(self.rng, START + 20 * DAY, END - 120 * DAY)

    def another_domain(self, company: Company) -> str:
        """One more unused domain that suits a company."""
        stem = company.domain.partition(".")[0]
        for name in (f"{stem}-online.com", f"my{stem}.com", f"{stem}-hq.net", f"{stem}-one.eu"):
            if self.registry.claim_domain(name):
                return name
        raise Stop(f"no further domain for {company.name}")

    def after(self, at: int, days: int = 60) -> int:
        """A working hour within ``days`` after an instant, inside the period."""
        return between(self.rng, at, min(END, at + days * DAY))

    def visits(self, device: str, times: list[int], *, warm: bool, reveal: str = "") -> None:
        """Anonymous visits of a device; one in three reveals its network's domain if given."""
        for at in times:
            touch = draw_touch(self.rng, at, warm=warm)
            shown = reveal if self.rng.random() < 0.33 else ""
            self.web.visit(Visit(device, at, touch, reveal=shown))

    def identify(self, person: Person, at: int, *, device: str = "", form: str = "") -> str:
        """A visit in which a person leaves their address in a form; returns the device."""
        used = device or self.web.device()
        touch = draw_touch(self.rng, at, warm=True)
        self.web.visit(Visit(used, at, touch, email=person.email, form=form or "newsletter_signup"))
        self.web.met(used, person)
        return used

    def sign_in(self, person: Person, at: int, *, device: str = "") -> str:
        """A visit in which a product user signs in; returns the device."""
        used = device or self.web.device()
        user = self.product.user_of[person.key]
        self.web.visit(Visit(used, at, login=(user, person.email)))
        self.web.met(used, person)
        return used
