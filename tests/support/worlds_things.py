"""What a small world is made of: few hosts, addresses and numbers, and records that carry them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from identity.ingest.records import make_version
from identity.model.facts import Claim, IncomingRecord, Origin

FILE = "world"
HOUR_MS = 3_600_000
BUSINESS = (
    "acme.com",
    "www.acme.com",
    "uk.acme.com",
    "mail.uk.acme.com",
    "de.acme.com",
    "rams.sl",
    "rams.la",
    "beta.io",
    "agency.com",
)
OTHER = ("gmail.com", "mailinator.com", "ourco.com", "uni.edu", "blogspot.com", "example.com")
LOCALS = ("ann", "bob", "cy", "ann+x", "dee", "eve")
SPECIAL = ("info", "noreply", "sales+emea")
NAMES = (("Ann", "Lee"), ("Bob", "Lee"), ("Cy", "Ng"), ("Ann", "Ng"))
ANONYMOUS = ("5d1f8a", "77aa31", "c0ffee", "9b2d4e", "d0d0ca", "000", "null", "abab")
PROFILE = "social:linkedin.com/company/acme"


def local_host(host: str, place: int) -> str:
    """The host as it is called in one of several worlds: acme.com, acme1.com."""
    if host not in BUSINESS:
        return host
    name, _, suffix = host.rpartition(".")
    return f"{name}{place or ''}.{suffix}"


@dataclass
class Pools:
    """The values of one world; they are few, so that records share them."""

    hosts: list[str]
    emails: list[str]
    phones: list[str]
    anonymous: list[str]

    @property
    def domains(self) -> list[str]:
        return [f"domain:{h}" for h in self.hosts]


def pools(rng: random.Random, place: int, people: int) -> Pools:
    business = [local_host(h, place) for h in rng.sample(BUSINESS, rng.randint(2, 4))]
    hosts = [*business, *rng.sample(OTHER, rng.randint(0, 2))]
    tag = f"{place}" if place else ""
    locals_ = [f"{name}{tag}" for name in rng.sample(LOCALS, rng.randint(2, 4))]
    emails = [f"email:{name}@{host}" for name in locals_ for host in hosts]
    emails = rng.sample(emails, min(len(emails), people))
    if rng.random() < 0.5:
        emails.append(f"email:{rng.choice(SPECIAL)}@{rng.choice(business)}")
    if rng.random() < 0.05:
        emails.append("email:test@test.com")
    chosen = rng.sample(ANONYMOUS, rng.randint(2, 5))
    return Pools(
        hosts,
        emails,
        [f"phone:+4930{place}123{n}" for n in range(rng.randint(1, 2))],
        [f"anon:web:{a}{tag if len(a) > 4 else ''}" for a in chosen],
    )


@dataclass
class Thing:
    """A record as its system holds it now."""

    id: str
    source: str
    object: str
    created_ms: int | None
    at_ms: int
    fields: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    merged: bool = False

    @property
    def live(self) -> bool:
        return not self.deleted and not self.merged

    @property
    def company(self) -> bool:
        return self.object in ("account", "workspace")

    def names(self) -> tuple[str, ...]:
        """The fields that such a record has; what matters most stands twice."""
        match self.source, self.object:
            case "salesforce", "contact":
                return ("email", "email", "more", "phone", "account", "name")
            case "salesforce", "lead":
                return ("email", "email", "more", "phone", "converted", "name")
            case "hubspot", "contact":
                return ("email", "email", "more", "phone", "account", "external", "name")
            case "app", "user":
                return ("email", "email", "workspace", "phone", "name")
            case "app", "workspace":
                return ("alias", "external")
            case "salesforce", "account":
                return ("domain", "domain", "domains", "parent")
        return ("domain", "domain", "domains", "external", "parent")


def options(
    thing: Thing, name: str, values: Pools, of: dict[tuple[str, str], list[str]]
) -> list[Any]:
    """What a field may hold next; ``of`` lists the records by source and object."""
    contacts, leads = of.get(("salesforce", "contact"), []), of.get(("salesforce", "lead"), [])
    accounts = of.get(("salesforce", "account"), [])
    match name:
        case "email":
            return [*values.emails, None]
        case "more":
            return [(), *((e,) for e in values.emails), tuple(values.emails[:2])]
        case "phone":
            return [*values.phones, None]
        case "name":
            return [*NAMES, None]
        case "account":
            return [*of.get((thing.source, "account"), []), None, "crm:salesforce:account:gone"]
        case "workspace":
            return [*of.get(("app", "workspace"), []), None]
        case "converted":
            if thing.fields.get("converted"):
                return [thing.fields["converted"]]
            at_ms = thing.at_ms + HOUR_MS
            return [None, *((c, a, at_ms) for c in [*contacts, None] for a in [*accounts, None])]
        case "external":
            return [*(accounts if thing.company else [*contacts, *leads]), None]
        case "alias":
            return [*(w for w in of.get(("app", "workspace"), []) if w != thing.id), None]
        case "domain":
            return [*values.domains, PROFILE, None]
        case "domains":
            return [(), *((d,) for d in values.domains)]
    return [None, *(a for a in of.get((thing.source, "account"), []) if a < thing.id)]


def version_of(thing: Thing, *, silent: bool = False) -> IncomingRecord:
    """The record as one row shows it; a silent deletion carries nothing of what was said."""
    into = thing.fields.get("into")
    first, last = thing.fields.get("name") or (None, None)
    version = make_version(
        timed=True,
        at_ms=thing.at_ms,
        run=1,
        claims=() if silent else claims_of(thing),
        attributes={"first_name": first, "last_name": last} if first else {},
        deleted=thing.deleted or into is not None,
        merged_into=into,
        created_ms=thing.created_ms,
    )
    return IncomingRecord(thing.id, thing.source, thing.object, version, Origin(FILE, 1))


def claims_of(thing: Thing) -> tuple[Claim, ...]:
    """What a record says, one claim for each edge and end, the strongest rule first."""
    found: dict[tuple[str, str, bool], Claim] = {}
    for claim in _claims(thing):
        if claim.to != thing.id:
            found.setdefault((claim.edge, claim.to, claim.reverse), claim)
    return tuple(sorted(found.values(), key=lambda c: (c.edge, c.rule, c.to)))


def _claims(thing: Thing) -> Iterable[Claim]:
    f = thing.fields
    edge = "SAME_COMPANY" if thing.company else "SAME_PERSON"
    plane = edge[5:].lower()
    own = "product.login" if thing.object == "user" else "crm.primary_email"
    for name, rule in (
        ("email", own),
        ("more", "crm.additional_email"),
        ("phone", "record.phone"),
        ("domain", "account.domain"),
        ("domains", "account.additional_domain"),
        ("external", f"crm.external_id_{plane}"),
        ("alias", "workspace.alias"),
        ("into", f"crm.merge_{plane}"),
    ):
        value = f.get(name)
        for to in value if isinstance(value, tuple) else (value,):
            if to:
                yield Claim(edge, rule, to)
    for loser in f.get("from", ()):
        yield Claim(edge, f"crm.merge_{plane}", loser, reverse=True)
    if f.get("account"):
        yield Claim("WORKS_AT", "", f["account"], primary=True)
    if f.get("workspace"):
        yield Claim("WORKS_AT", "", f["workspace"])
    if f.get("parent"):
        yield Claim("PARENT_OF", "", f["parent"], reverse=True)
    contact, account, at_ms = f.get("converted") or (None, None, None)
    if contact:
        yield Claim(edge, "crm.conversion", contact, at_ms)
    if account:
        yield Claim("WORKS_AT", "", account, at_ms, role="converted")
