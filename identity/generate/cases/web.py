"""Cases of web traffic: devices of several people, broken ids, colleagues, robots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from identity.generate.campaigns import DIRECT
from identity.generate.cases.companies import ONCE, VENDOR_DOMAIN
from identity.generate.funnel import use_product
from identity.generate.moments import DAY, HOUR, MINUTE
from identity.generate.product import user_ref
from identity.generate.salesforce import contact_ref
from identity.generate.sample import Firm, Sample
from identity.generate.web import BOT_AGENT, Visit, device_ref


def shared_device(sample: Sample) -> list[str]:
    """Two colleagues sign in on one computer: it is neither's."""
    firm, at = _team(sample, 2)
    device = sample.web.device()
    sample.visits(device, [at], warm=False)
    for number, person in enumerate(firm.people):
        sample.sign_in(person, at + (number + 1) * DAY, device=device)
    return [device_ref(device), *map(user_ref, _users(sample, firm))]


def _team(sample: Sample, staff: int) -> tuple[Firm, int]:
    firm = sample.team(staff)
    at = sample.after(firm.since)
    workspace = sample.product.workspace(firm.company.name, at, firm.company)
    for person in firm.people:
        use_product(sample, person, workspace, joined=at)
    return firm, at


def _users(sample: Sample, firm: Firm) -> list[str]:
    return [sample.product.user_of[person.key] for person in firm.people]


def kiosk(sample: Sample) -> list[str]:
    """A tablet at a fair, on which a dozen visitors leave their addresses: nobody's."""
    device = sample.web.device()
    people = sample.take(13)
    people += [sample.team(1).people[0] for _ in range(13 - len(people))]
    start = sample.early()
    for number, person in enumerate(people):
        sample.identify(person, start + number * 40 * MINUTE, device=device, form="fair_badge")
    known = [contact_ref(sample.salesforce.contact_of[person.key]) for person in people]
    return [device_ref(device), *known]


def blocked_anonymous_id(sample: Sample) -> list[str]:
    """Trackers that fail send null or 0 as the anonymous id: no device at all."""
    ids = []
    for broken in ("null", "0"):
        device = sample.web.device(broken)
        for _ in range(3):
            firm = sample.team(1)
            sample.identify(firm.people[0], sample.after(firm.since), device=device)
        ids.append(device_ref(device))
    return ids


def blocked_user_id(sample: Sample) -> list[str]:
    """Calls whose user id is a placeholder: they say nothing about the device."""
    ids = []
    for broken in ("null", "undefined", "anonymous"):
        device, at = sample.web.device(), sample.early()
        sample.web.visit(Visit(device, at, DIRECT, login=(broken, "")))
        ids.append(device_ref(device))
    return ids


def impersonation(sample: Sample) -> list[str]:
    """A colleague signs in with another user's address: the two users stay apart."""
    firm, at = _team(sample, 2)
    one, other = firm.people
    user = sample.product.user_of[one.key]
    device = sample.web.devices_of[one.key][0]
    later = sample.after(at + DAY)
    sample.web.visit(Visit(device, later, DIRECT, login=(user, other.email)))
    return [device_ref(device), *map(user_ref, _users(sample, firm)), f"email:{other.email}"]


def contradicting_reveal(sample: Sample) -> list[str]:
    """The network of a known contact is revealed as another company's: the contact's own wins."""
    firm, other = sample.team(1), sample.team(1)
    device = sample.identify(firm.people[0], sample.after(firm.since))
    at = sample.after(firm.since, 90)
    sample.web.visit(Visit(device, at, DIRECT, reveal=other.company.domain))
    sample.web.call(
        "reveal", device, at + MINUTE, properties={"company_domain": other.company.domain}
    )
    contact = contact_ref(sample.salesforce.contact_of[firm.people[0].key])
    return [device_ref(device), contact, f"domain:{other.company.domain}"]


def aliased_device(sample: Sample) -> list[str]:
    """An alias call says that an older anonymous id is a user: both devices are the user's."""
    firm, at = _team(sample, 1)
    person = firm.people[0]
    old, new = sample.web.device(), sample.web.devices_of[person.key][0]
    sample.visits(old, [max(firm.since, at - 3 * DAY), at - 2 * HOUR], warm=False)
    sample.web.alias(new, at + MINUTE, user=sample.product.user_of[person.key], previous=old)
    sample.web.met(old, person)
    return [device_ref(old), device_ref(new), *map(user_ref, _users(sample, firm))]


def reset_on_sign_out(sample: Sample) -> list[str]:
    """The anonymous id changes at sign-out: every one of them is the user's."""
    firm, at = _team(sample, 1)
    person = firm.people[0]
    for number in range(1, 4):
        sample.sign_in(person, at + number * DAY)
    return [
        *map(device_ref, sample.web.devices_of[person.key]),
        *map(user_ref, _users(sample, firm)),
    ]


def test_traffic(sample: Sample) -> list[str]:
    """The vendor's people fill in forms with their own addresses: flagged, nobody's contact."""
    person = replace(sample.registry.person(None, domain=VENDOR_DOMAIN), internal=True)
    device = sample.identify(person, sample.early(), form="demo_request")
    return [device_ref(device), f"email:{person.email}"]


def robot(sample: Sample) -> list[str]:
    """A crawler that runs the tracker: visits without a person."""
    device, at = sample.web.device(), sample.early()
    for number in range(4):
        visit = Visit(device, at + number * DAY, DIRECT, agent=BOT_AGENT)
        sample.web.visit(visit)
    return [device_ref(device)]


Plant = Callable[[Sample], list[str]]
CASES: tuple[tuple[int, Plant], ...] = (
    (6, shared_device),
    (2, kiosk),
    (ONCE, blocked_anonymous_id),
    (2, blocked_user_id),
    (2, impersonation),
    (4, contradicting_reveal),
    (6, aliased_device),
    (4, reset_on_sign_out),
    (4, test_traffic),
    (2, robot),
)
