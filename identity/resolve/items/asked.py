"""What is asked: items of identifiers, and what their values turned out to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from identity.errors import FixInput
from identity.model import identifiers as ids
from identity.model.normalise import Bad


class BadIdentifier(FixInput):
    """An identifier's kind or source is not one that the project knows."""

    code = "E_IDENTIFIER"
    http_status = 422


class ItemKind(StrEnum):
    """What an item is about: a person, a company, or an event that may name both."""

    CONTACT = "contact"
    COMPANY = "company"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Given:
    """An identifier as the caller writes it; ``source`` is for kinds that belong to a system."""

    kind: str
    value: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question: who is this? ``as_of_ms`` picks the intervals that hold; None: the caller's."""

    ref: str
    kind: ItemKind
    identifiers: tuple[Given, ...]
    as_of_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Clue:
    """An identifier of an item after it was normalised.

    ``place`` says where in the request it stands; ``value_class`` what it is (a CRM id by its
    object); ``id`` its normal form, None where ``bad`` says why there is none (both None: the value
    says that there is no value).
    """

    place: str
    value_class: str
    id: str | None
    bad: Bad | None = None

    @property
    def host(self) -> str | None:
        """Give the host of an e-mail or a domain."""
        if self.id is None or self.value_class not in ("email", "domain"):
            return None
        return self.id.rpartition("@")[2] if self.value_class == "email" else self.id[7:]


@dataclass(frozen=True, slots=True)
class Question:
    """An item whose identifiers were normalised, and the instant it is asked for."""

    ref: str
    kind: ItemKind
    clues: tuple[Clue, ...]
    as_of_ms: int


def clue(place: str, kind: str, value: str | Bad | None) -> Clue:
    """Make a clue of a value that was normalised."""
    if not isinstance(value, str):
        return Clue(place, kind, None, value)
    parsed = ids.parse(value)
    return Clue(place, parsed.crm_object or parsed.kind, value)
