"""Suppression: what belongs to somebody who was erased, and what of a row may still be said (R31).

After an erasure the graph knows the erased by keyed hashes alone: the key lies outside of it, so
neither the graph nor its backups tell whom they keep out. Erasing and reading ask the same
functions, one with names, the other with hashes; so a graph that somebody was erased from and one
that is built anew from the same files say the same.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from identity.model import identifiers as ids
from identity.model.evidence import EVIDENCE_RULES
from identity.model.facts import Claim
from identity.model.identifiers import Plane
from identity.model.normalise import email

ERASED = "erased"
"""What stands in the place of a value that was erased."""

MENTIONS = frozenset({"crm.additional_email", "record.phone", "web.identify", "web.alias"})
"""Rules by which a record can name somebody else's identifier; by all others it is the person's."""

_STRENGTH = ("user", "email", "crm")
_ADDRESS = re.compile(r"[\w.+!#$&'*/=?^`{|}~%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_BREAKS = re.compile(r"%[0-9a-f]{2}|[!#$&'*/=?^`{|}~%]", re.IGNORECASE)
"""Where an address may begin inside of what looks like one: after a sign of a URL or of a text."""


@dataclass(frozen=True, slots=True)
class Key:
    """The secret of the hashes. ``id`` tells two secrets apart and says nothing of either."""

    secret: bytes

    @property
    def id(self) -> str:
        """Give the secret's id, which is noted with every hash."""
        return hmac.digest(self.secret, b"id of this key", "sha256").hex()[:12]

    def digest(self, identifier: str) -> str:
        """Give the keyed hash of an identifier (HMAC with SHA-256)."""
        return hmac.digest(self.secret, identifier.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which an identifier was the person's; both null: always."""

    from_ms: int | None = None
    until_ms: int | None = None

    @property
    def always(self) -> bool:
        """Say whether the identifier was nobody else's at any time."""
        return self.from_ms is None and self.until_ms is None

    def holds(self, at_ms: int) -> bool:
        """Say whether an instant lies in it; the end does not."""
        after = self.from_ms is None or at_ms >= self.from_ms
        return after and (self.until_ms is None or at_ms < self.until_ms)


@dataclass(frozen=True, slots=True)
class Gone:
    """Identifiers of the erased: by name, or with a ``key`` by their hashes."""

    spans: Mapping[str, Sequence[Span]]
    key: Key | None = None
    _seen: dict[str, Sequence[Span]] = field(default_factory=dict)

    def covers(self, identifier: str, at_ms: int | None = None) -> bool:
        """Say whether an identifier is of the erased.

        One that changed hands (R45) is so in its span only: what has no time of its own is not.
        """
        for span in self._of(identifier):
            if span.always or (at_ms is not None and span.holds(at_ms)):
                return True
        return False

    def _of(self, identifier: str) -> Sequence[Span]:
        if self.key is None:
            return self.spans.get(identifier, ())
        found = self._seen.get(identifier)
        if found is None:
            found = self.spans.get(self.key.digest(identifier), ())
            self._seen[identifier] = found
        return found


def strongest(carried: Iterable[str]) -> str | None:
    """Give the identifier that says whose an event is: a user, else an address, else a CRM's id."""
    named = []
    for identifier in carried:
        kind = identifier.partition(":")[0]
        if kind in _STRENGTH and ids.plane_of(identifier) is Plane.PERSON:
            named.append((_STRENGTH.index(kind), identifier))
    return min(named)[1] if named else None


def left_of(carried: Iterable[str], gone: Gone, at_ms: int | None) -> tuple[str, ...] | None:
    """Give what an event or a consent still carries; None where it was of the erased alone.

    One that is somebody else's, by its strongest identifier, only loses what is of the erased.
    """
    listed = tuple(carried)
    left = tuple(i for i in listed if not gone.covers(i, at_ms))
    if len(left) == len(listed):
        return left
    owner = strongest(listed)
    return left if owner in left else None


def is_gone(record: str, claims: Iterable[Claim], gone: Gone) -> bool:
    """Say whether a record is of the erased: by its own id, or by what it says of itself."""
    return gone.covers(record) or any(
        c.rule in EVIDENCE_RULES and c.rule not in MENTIONS and gone.covers(c.to) for c in claims
    )


def without_addresses(text: str, gone: Gone) -> str:
    """Take the addresses of the erased out of free text, also where they are URL-encoded."""
    if "@" not in text and "%40" not in text:
        return text

    def put(match: re.Match[str]) -> str:
        found = match[0]
        for start in (0, *(m.end() for m in _BREAKS.finditer(found))):
            part = found[start:]
            plain = email(unquote(part))
            if isinstance(plain, str) and gone.covers(ids.email(plain)):
                return found[:start] + ERASED
        return found

    return _ADDRESS.sub(put, text)


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Change every text of plain data, the keys of maps left as they are."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {k: each_text(v, change) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [each_text(v, change) for v in value]
    return value
