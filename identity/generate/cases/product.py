"""Cases of product use: workspaces of two companies, users merged by a decision, colleagues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from identity.generate.cases.companies import ONCE, VENDOR_DOMAIN
from identity.generate.funnel import use_product
from identity.generate.moments import DAY
from identity.generate.product import user_ref, workspace_ref
from identity.generate.sample import Sample
from identity.generate.web import device_ref


def mixed_workspace(sample: Sample) -> list[str]:
    """A workspace with users of two companies belongs to neither; its users keep their own."""
    one, other = sample.team(2), sample.team(2)
    at = sample.after(max(one.since, other.since))
    workspace = sample.product.workspace(f"{one.company.name} project", at, None)
    people = (*one.people, *other.people)
    for person in people:
        use_product(sample, person, workspace, joined=sample.after(at, 30))
    users = [user_ref(sample.product.user_of[person.key]) for person in people]
    return [workspace_ref(workspace), *users]


def merged_user(sample: Sample) -> list[str]:
    """Two users, one with a private address, are one person by a decision of operations."""
    firm = sample.team(1)
    person = firm.people[0]
    private = replace(person, email=sample.registry.free_address(person.first, person.last))
    workspace = sample.product.workspace(firm.company.name, firm.since, firm.company)
    use_product(sample, private, workspace, joined=firm.since)
    first = sample.product.user_of[person.key]
    user = sample.product.user(person, workspace, sample.after(firm.since + 20 * DAY))
    sample.book.row("merged_user", {"old_email": private.email, "new_email": person.email})
    return [user_ref(first), user_ref(user), f"email:{private.email}", f"email:{person.email}"]


def vendor_users(sample: Sample) -> list[str]:
    """The vendor's own people use and test the product: no contacts, no company."""
    at = sample.early()
    workspace = sample.product.workspace("Acme internal", at, None)
    ids = [workspace_ref(workspace)]
    for _ in range(3):
        person = sample.registry.person(None, domain=VENDOR_DOMAIN)
        person = replace(person, internal=True)
        use_product(sample, person, workspace, joined=at + DAY)
        ids.append(user_ref(sample.product.user_of[person.key]))
        ids.extend(map(device_ref, sample.web.devices_of[person.key]))
    return ids


Plant = Callable[[Sample], list[str]]
CASES: tuple[tuple[int, Plant], ...] = (
    (4, mixed_workspace),
    (6, merged_user),
    (ONCE, vendor_users),
)
