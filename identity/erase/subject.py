"""Who is to be erased: the contact that an identifier stands for, and what is that contact's alone.

What several share is nobody's: a shared mailbox, a device of two people, a domain, an account stay.
An address that changed hands (R45) stays with its other owner; what happened in the person's time
goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from identity.erase.scrub import is_about, needles
from identity.errors import FixInput, NotFound
from identity.model import identifiers as ids
from identity.model.identifiers import Plane
from identity.model.suppression import Gone, Span
from identity.store.base import Store


@dataclass(frozen=True, slots=True)
class Subject:
    """A person who is to be erased.

    ``contact`` and ``name``: the contact, if the identifier stands for one; ``identifiers``: the
    person's own, in order; ``lent``: those that were the person's for a time only, and when;
    ``before``: ids that were merged into the contact.
    """

    contact: str | None
    name: str
    identifiers: tuple[str, ...]
    lent: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    @property
    def gone(self) -> Gone:
        """Give what is the person's, for the functions that erasing and reading share."""
        return Gone({**{i: (Span(),) for i in self.identifiers}, **self.lent})

    @property
    def contacts(self) -> tuple[str, ...]:
        """Give the canonical ids that end."""
        return (*((self.contact,) if self.contact is not None else ()), *self.before)


def find(store: Store, asked: str) -> Subject:
    """Find who is to be erased.

    Args:
        store: the graph.
        asked: an identifier in full, or the canonical id of a contact.

    Raises:
        NotFound: it is not in the graph.
        FixInput: it names a company, or it is shared, or it stood for several persons.
    """
    if asked.startswith("con_"):
        return _of_contact(store, asked)
    known = store.read("erase/identifiers", ids=[asked])
    if not known:
        raise NotFound(f"{asked} is not in the graph", fix="There is nothing to erase.")
    contacts = sorted({r["entity"] for r in store.read("explain/resolved_contacts", ids=[asked])})
    if len(contacts) == 1:
        return _of_contact(store, contacts[0])
    if contacts:
        raise FixInput(
            f"{asked} stood for several persons: {', '.join(contacts)}",
            fix="Name one of these ids.",
        )
    plane, kind = ids.plane_of(asked), ids.parse(asked).kind
    if plane is not Plane.PERSON and kind != "social":
        raise FixInput(f"{asked} names no person", fix="Name an e-mail, a user or a CRM's person.")
    standing = known[0]["standing"]
    if standing in ("shared_mailbox", "shared", "generic"):
        raise FixInput(
            f"{asked} is not one person's ({standing})", fix="Name an identifier of the person."
        )
    return Subject(None, asked, (asked,))


def with_records(store: Store, subject: Subject) -> Subject:
    """Add the records that are about the person, though they do not stand for it: deleted ones."""
    while True:
        known = set(subject.identifiers)
        rows = store.read("erase/records_naming", needles=needles(known))
        more = [
            r["id"]
            for r in rows
            if r["id"] not in known and is_about(r["id"], r["history"], subject.gone)
        ]
        if not more:
            return subject
        subject = replace(subject, identifiers=tuple(sorted({*known, *more})))


def _of_contact(store: Store, contact: str) -> Subject:
    rows = store.read("explain/contact", id=contact)
    if not rows:
        raise NotFound(f"there never was a contact {contact}")
    row = rows[0]
    if row["state"] != "live":
        into = row["merged_into"]
        fix = f"Name {into}, which it was merged into." if into else "There is nothing to erase."
        raise FixInput(f"{contact} is {row['state']}", fix=fix)
    held = store.read("explain/contact_members", id=contact)
    members = sorted({r["identifier"] for r in held})
    others = {
        r["identifier"]
        for r in store.read("explain/resolved_contacts", ids=members)
        if r["entity"] != contact
    }
    lent: dict[str, tuple[Span, ...]] = {}
    for member in held:
        identifier = member["identifier"]
        if identifier in others:
            span = Span(member["from_ms"], member["until_ms"])
            lent[identifier] = (*lent.get(identifier, ()), span)
    merged = store.read("erase/merged_contacts", id=contact)
    return Subject(
        contact,
        row["name"],
        tuple(i for i in members if i not in others),
        lent,
        tuple(r["id"] for r in merged),
    )
