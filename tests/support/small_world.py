"""Small worlds by hand: a few records, events and decisions on a real store, resolved as in a run.

Times are days after `START_MS`. Every step applies what was said since the last one and resolves;
``whole`` asks for a resolution of everything, else only of what was touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from identity.config import Config, SourceConfig
from identity.ingest.records import make_version
from identity.ingest.stage import apply
from identity.model.facts import Batch, Claim, IncomingNode, IncomingRecord, Origin
from identity.resolve import stage
from identity.resolve.stage import Last, resolve, rules_hash
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate

START_MS = 1_700_000_000_000
DAY_MS = 86_400_000
FILE = "world"
SOURCES = ("salesforce", "hubspot", "app", "web")
Row = dict[str, Any]


def partial_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every step look at what was touched only, however small the graph is."""
    monkeypatch.setattr(stage, "MANY", 0)
    monkeypatch.setattr(stage, "WHOLE_FROM", 2.0)


@dataclass
class SmallWorld:
    """A store and what was said since it was last resolved."""

    folder: Path
    primary: str | None = "salesforce"
    rules: Row = field(default_factory=dict)
    kinds: Row = field(default_factory=dict)
    store: EmbeddedStore = field(init=False)
    last: Last = field(default_factory=Last)
    batch: Batch = field(default_factory=Batch)
    count: int = 0
    run: int = 0

    def __post_init__(self) -> None:
        self.store = EmbeddedStore(self.folder)
        migrate(self.store)

    def close(self) -> None:
        self.store.close()

    @property
    def config(self) -> Config:
        sources = [SourceConfig(system="custom", name=s, path=s, object="contact") for s in SOURCES]
        given = {"project": "world", "primary_crm": self.primary, "rules": self.rules}
        if self.kinds:
            given["identifier_kinds"] = self.kinds
        return Config.model_validate({**given, "sources": sources})

    # -- what systems say ----------------------------------------------------------------------

    def record(
        self,
        identifier: str,
        claims: Iterable[Claim] = (),
        *,
        day: float = 0,
        deleted: bool = False,
        created: float | None = None,
        **attributes: object,
    ) -> str:
        parts = identifier.split(":")
        source, kind = (parts[1], parts[2]) if parts[0] == "crm" else (parts[1], parts[0])
        version = make_version(
            timed=True,
            at_ms=at(day),
            run=1,
            claims=tuple(sorted(claims, key=lambda c: (c.edge, c.rule, c.to))),
            attributes={k: v for k, v in attributes.items() if v is not None},
            deleted=deleted,
            merged_into=None,
            created_ms=at(created) if created is not None else None,
        )
        self.batch.records.append(
            IncomingRecord(identifier, source, kind, version, Origin(FILE, self._row()))
        )
        return identifier

    def person(
        self,
        key: str,
        email: str | None = None,
        *,
        more: Iterable[str] = (),
        phone: str | None = None,
        account: str | None = None,
        kind: str = "contact",
        source: str = "salesforce",
        claims: Iterable[Claim] = (),
        **rest: Any,
    ) -> str:
        said = list(claims)
        if email:
            said.append(Claim("SAME_PERSON", "crm.primary_email", f"email:{email}"))
        said += [Claim("SAME_PERSON", "crm.additional_email", f"email:{e}") for e in more]
        if phone:
            said.append(Claim("SAME_PERSON", "record.phone", f"phone:{phone}"))
        if account:
            said.append(Claim("WORKS_AT", "", account, primary=True))
        return self.record(f"crm:{source}:{kind}:{key}", said, **rest)

    def lead(self, key: str, email: str | None = None, **rest: Any) -> str:
        return self.person(key, email, kind="lead", **rest)

    def user(self, key: str, email: str | None = None, *, workspace: str | None = None) -> str:
        said = []
        if email:
            said.append(Claim("SAME_PERSON", "product.login", f"email:{email}"))
        if workspace:
            said.append(Claim("WORKS_AT", "", f"workspace:app:{workspace}"))
        return self.record(f"user:app:{key}", said)

    def account(
        self,
        key: str,
        domain: str | None = None,
        *,
        source: str = "salesforce",
        more: Iterable[str] = (),
        parent: str | None = None,
        same_as: str | None = None,
        name: str | None = None,
        **rest: Any,
    ) -> str:
        said = []
        if domain:
            said.append(Claim("SAME_COMPANY", "account.domain", f"domain:{domain}"))
        said += [Claim("SAME_COMPANY", "account.additional_domain", f"domain:{d}") for d in more]
        if parent:
            said.append(Claim("PARENT_OF", "", parent, reverse=True))
        if same_as:
            said.append(Claim("SAME_COMPANY", "crm.external_id_company", same_as))
        return self.record(f"crm:{source}:account:{key}", said, company_name=name, **rest)

    def event(self, *identifiers: str, day: float = 0, nature: str = "identify") -> None:
        self.count += 1
        values = {
            "event_name": nature,
            "kind": "activity",
            "nature": nature,
            "at_ms": at(day),
            "at": datetime.fromtimestamp(at(day) / 1000, UTC),
            "source": "web",
            "content_hash": f"h{self.count}",
        }
        links = tuple(("BY", i) for i in sorted(identifiers))
        self.batch.events.append(
            IncomingNode(f"evt:web:{self.count}", values, links, Origin(FILE, self._row()))
        )

    def decide(
        self,
        action: str,
        left: str,
        right: str | None = None,
        *,
        actor: str = "eva",
        day: float = 9,
    ) -> str:
        self.count += 1
        values = {
            "action": action,
            "left": left,
            "right": right,
            "actor": actor,
            "reason": None,
            "at_ms": at(day),
            "expires_ms": None,
            "valid_from_ms": None,
            "source": "review",
            "row": None,
            "supersedes": None,
        }
        links = tuple(("ABOUT", i) for i in (left, right) if i is not None)
        decision = f"dec_{self.count}"
        self.batch.decisions.append(
            IncomingNode(decision, values, links, Origin(FILE, self._row()))
        )
        return decision

    def _row(self) -> int:
        row = self.batch.read.get(FILE, 0) + 1
        self.batch.read[FILE] = row
        return row

    # -- what comes of it ----------------------------------------------------------------------

    def step(self, *, day: float = 100, whole: bool = False) -> list[Row]:
        """Apply what was said, resolve, and give the questions that wait."""
        self.run += 1
        apply(self.store, self.config, self.batch, run=self.run)
        self.batch = Batch()
        result = resolve(
            self.store, self.config, self.last, run=self.run, as_of_ms=at(day), whole=whole
        )
        self.last = Last(rules_hash(self.config), at(day), result.minted, result.changes)
        return self.reviews()

    def reviews(self) -> list[Row]:
        rows = self.store.read("resolve/stored_reviews")
        return [{**r, "candidates": orjson.loads(r["candidates"])} for r in rows]


def at(day: float) -> int:
    """Give the instant of a day."""
    return START_MS + int(day * DAY_MS)


def ask(reviews: list[Row], question: str) -> list[Row]:
    """Give the questions of a kind, in the order of their subjects."""
    return sorted((r for r in reviews if r["question"] == question), key=lambda r: r["subjects"])
