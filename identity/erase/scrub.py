"""What is left of what others say, once a person is taken out of it: pure functions of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from identity.model import identifiers as ids
from identity.model.facts import Claim
from identity.model.schema import RECORD_ATTRIBUTES
from identity.model.suppression import (
    ERASED,
    Gone,
    Span,
    each_text,
    is_gone,
    without_addresses,
)

EVENT_TEXTS = (
    "event_name",
    "utm_source",
    "utm_medium",
    "campaign",
    "content",
    "referrer_host",
    "landing_path",
    "properties",
)
DECISION_TEXTS = ("actor", "reason", "withdrawn_by")
_CLAIMS, _TO, _ATTRIBUTES, _MERGED_INTO = 3, 2, 4, 6
"""Places in a version, and in a claim, as `identity.ingest.history` packs them."""


def needles(identifiers: Iterable[str]) -> list[str]:
    """Give what to look for in texts, in lower case: identifiers, and bare addresses twice over.

    It finds too much rather than too little: what is found is read, and only what is the person's
    is taken out.
    """
    found: set[str] = set()
    for identifier in identifiers:
        found.add(_escaped(identifier))
        parsed = ids.parse(identifier)
        if parsed.kind in ("email", "phone"):
            found |= {_escaped(parsed.value), quote(parsed.value).lower()}
    return sorted(found)


def _escaped(text: str) -> str:
    return orjson.dumps(text.lower())[1:-1].decode()


@dataclass(frozen=True, slots=True)
class Eraser:
    """Takes a person out of texts.

    ``gone``: what is the person's; ``more``: ids of facts that go along (decisions, events).
    """

    gone: Gone
    more: frozenset[str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, gone: Gone, identifiers: Iterable[str], more: Iterable[str] = ()) -> Eraser:
        """Make one; ``identifiers`` are all that go, also those that only the person's facts name.

        Identifiers are found inside of ids that are made of them: the id of a stage is one.
        """
        listed = sorted(identifiers)
        names = "|".join(re.escape(i) for i in listed) or "(?!)"
        named = Gone({**gone.spans, **{i: (Span(),) for i in listed}})
        return cls(named, frozenset(more), re.compile(rf"(?<!\w)(?:{names})(?![\w@-]|\.\w)"))

    def text(self, value: str | None) -> str | None:
        """Take the person out of one text."""
        if value is None:
            return None
        if value in self.more or self.pattern.search(value):
            return ERASED
        return without_addresses(value, self.gone)

    def data(self, packed: str | None) -> str | None:
        """Take the person out of every text of JSON."""
        if not packed:
            return packed
        found = orjson.loads(packed)
        cleared = each_text(found, self._leaf)
        if cleared == found:
            return packed
        return orjson.dumps(cleared, option=orjson.OPT_SORT_KEYS).decode()

    def loose(self, value: str | None) -> str | None:
        """Take the person out of what may be JSON or any other text."""
        if value is None or value[:1] not in ("{", "["):
            return self.text(value)
        try:
            return self.data(value)
        except orjson.JSONDecodeError:
            return self.text(value)

    def _leaf(self, value: str) -> str:
        return self.text(value) or ""

    def history(self, record: str, packed: str | None) -> str | None:
        """Take the person out of another's record: versions that were about the person, claims.

        What is left keeps its digest: read again, it is known, and nothing comes back.
        """
        if not packed:
            return packed
        found = [v for v in orjson.loads(packed) if not _about(record, v, self.gone)]
        for version in found:
            version[_CLAIMS] = [c for c in version[_CLAIMS] if not self.gone.covers(c[_TO])]
            version[_ATTRIBUTES] = each_text(version[_ATTRIBUTES], self._leaf)
            if version[_MERGED_INTO] is not None and self.gone.covers(version[_MERGED_INTO]):
                version[_MERGED_INTO] = None
        return orjson.dumps(found).decode()


def _about(record: str, version: list[Any], gone: Gone) -> bool:
    return is_gone(record, (Claim(*c) for c in version[_CLAIMS]), gone)


def is_about(record: str, packed: str | None, gone: Gone) -> bool:
    """Say whether a record is about the person, by the last version that says who it is about."""
    versions = orjson.loads(packed) if packed else []
    speaking = [v for v in versions if v[_CLAIMS]]
    return bool(speaking) and _about(record, speaking[-1], gone)


def attributes(packed: str | None) -> dict[str, Any]:
    """Give the attributes that a record carries by its history: those of its last live version."""
    versions = orjson.loads(packed) if packed else []
    alive = [v for v in versions if not v[5]] or versions[-1:]
    newest: Mapping[str, Any] = alive[-1][_ATTRIBUTES] if alive else {}
    return {p.name: newest.get(p.name) for p in RECORD_ATTRIBUTES}
