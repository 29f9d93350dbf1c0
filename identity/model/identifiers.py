"""Identifiers: typed, scoped, normalised values, and the planes they live in.

An identifier's ``id`` carries kind and scope, so that two systems' ids never meet by accident:
``email:ann@acme.com``, ``domain:acme.com``, ``crm:salesforce:contact:0035e00000…``,
``user:product:1042``, ``workspace:product:1187``, ``anon:web:5d1f…``.

Rules R1 (two planes) and R37 (scoped CRM ids) hold by construction here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Plane(StrEnum):
    """Where identity conducts: between people, or between companies; never across (R1)."""

    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of identifier.

    ``prefix`` starts the id; ``label`` is its node label; ``plane`` is None for kinds that conduct
    nothing; ``scoped`` kinds carry the name of the system that gave the value.
    """

    name: str
    prefix: str
    label: str
    plane: Plane | None
    scoped: bool


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("email", "email", "Email", Plane.PERSON, False),
        Kind("domain", "domain", "Domain", Plane.COMPANY, False),
        Kind("crm", "crm", "CrmId", None, True),
        Kind("user", "user", "UserId", Plane.PERSON, True),
        Kind("workspace", "workspace", "WorkspaceId", Plane.COMPANY, True),
        Kind("anonymous", "anon", "AnonymousId", Plane.PERSON, True),
        Kind("phone", "phone", "Phone", Plane.PERSON, False),
        Kind("social", "social", "Social", None, False),
    )
}

CRM_OBJECTS: dict[str, Plane | None] = {
    "contact": Plane.PERSON,
    "lead": Plane.PERSON,
    "account": Plane.COMPANY,
    "opportunity": None,
}

_BY_PREFIX = {kind.prefix: kind for kind in KINDS.values()}
STRENGTH_IN_EVENT = ("user", "email", "phone", "anonymous")


def email(value: str) -> str:
    """Give the id of a normalised e-mail address."""
    return f"email:{value}"


def domain(host: str) -> str:
    """Give the id of a normalised host."""
    return f"domain:{host}"


def phone(number: str) -> str:
    """Give the id of a phone number in E.164 form."""
    return f"phone:{number}"


def social(path: str) -> str:
    """Give the id of a social profile (host and path)."""
    return f"social:{path}"


def crm(source: str, crm_object: str, value: str) -> str:
    """Give the id of a CRM record: two sources, or two objects of one, never collide (R37)."""
    return f"crm:{source}:{crm_object}:{value}"


def user(source: str, value: str) -> str:
    """Give the id of a user of a product."""
    return f"user:{source}:{value}"


def workspace(source: str, value: str) -> str:
    """Give the id of a workspace of a product."""
    return f"workspace:{source}:{value}"


def anonymous(source: str, value: str) -> str:
    """Give the id of an anonymous visitor of a site."""
    return f"anon:{source}:{value}"


def declared(kind: str, value: str) -> str:
    """Give the id of a value of a kind that a project declares."""
    return f"x:{kind}:{value}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """An identifier's id, taken apart."""

    kind: str
    scope: str | None
    crm_object: str | None
    value: str


def parse(identifier: str) -> Parsed:
    """Take an identifier's id apart.

    Raises:
        ValueError: the text has no known prefix, or misses its scope.
    """
    prefix, found, rest = identifier.partition(":")
    kind = _BY_PREFIX.get(prefix)
    if kind is None:
        custom_kind, _, value = rest.partition(":")
        if prefix == "x" and value:
            return Parsed(custom_kind, None, None, value)
        raise ValueError(f"{identifier!r} is not an identifier (known: {', '.join(_BY_PREFIX)})")
    if not found or not rest:
        raise ValueError(f"{identifier!r} has no value")
    if kind.name == "crm":
        parts = rest.split(":", 2)
        if len(parts) != 3 or parts[1] not in CRM_OBJECTS:
            raise ValueError(f"{identifier!r} is not of the form crm:<source>:<object>:<id>")
        return Parsed("crm", parts[0], parts[1], parts[2])
    if kind.scoped:
        scope, found, value = rest.partition(":")
        if not found or not value:
            raise ValueError(f"{identifier!r} is not of the form {prefix}:<source>:<id>")
        return Parsed(kind.name, scope, None, value)
    return Parsed(kind.name, None, None, rest)


def plane_of(identifier: str) -> Plane | None:
    """Say in which plane an identifier conducts identity, if in any (R1)."""
    parsed = parse(identifier)
    if parsed.kind == "crm":
        return CRM_OBJECTS[parsed.crm_object or ""]
    kind = KINDS.get(parsed.kind)
    return kind.plane if kind else None


_PLANE_BY_PREFIX = {
    "email": Plane.PERSON,
    "phone": Plane.PERSON,
    "anon": Plane.PERSON,
    "user": Plane.PERSON,
    "domain": Plane.COMPANY,
    "workspace": Plane.COMPANY,
}


def may_be_of(identifier: str, plane: Plane) -> bool:
    """Say whether an identifier may be of a plane, quickly: what is not known may be of both."""
    prefix, _, rest = identifier.partition(":")
    if prefix == "crm":
        account = rest.partition(":")[2].startswith("account:")
        return account == (plane is Plane.COMPANY)
    return _PLANE_BY_PREFIX.get(prefix, plane) is plane
