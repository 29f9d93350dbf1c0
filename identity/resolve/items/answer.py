"""What is answered: who an item is, how that is known, and what did not count."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from identity.model.instants import iso


class Status(StrEnum):
    """What became of an item.

    ``matched``: one contact (or company); ``ambiguous``: several, and none is guessed; ``new``:
    nobody yet, the identifiers would found one; ``rejected``: nothing in it stands for anybody.
    """

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    NEW = "new"
    REJECTED = "rejected"


class Role(StrEnum):
    """What a company is to an item.

    ``primary`` and ``member``: of the contact's companies; ``expected``: a new contact would be a
    member of it; ``matched``: an identifier of the item stands for this company itself.
    """

    PRIMARY = "primary"
    MEMBER = "member"
    EXPECTED = "expected"
    MATCHED = "matched"


@dataclass(frozen=True, slots=True)
class CompanyRole:
    """A company of an answer; ``via`` is how it is known, as on memberships."""

    id: str
    role: Role
    via: str
    from_ms: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give plain data."""
        start = iso(self.from_ms) if self.from_ms is not None else None
        return {"id": self.id, "role": self.role.value, "via": self.via, "valid_from": start}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an identifier of the item counts: what it is joined to, by which evidence."""

    rule: str
    left: str
    right: str
    value_class: str
    evidence_class: str
    via: str | None = None
    source: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give plain data."""
        found = {
            "rule": self.rule,
            "left": self.left,
            "right": self.right,
            "value_class": self.value_class,
            "evidence_class": self.evidence_class,
        }
        if self.via is not None:
            found["via"] = self.via
        if self.source is not None:
            found["source"] = self.source
        return found


@dataclass(frozen=True, slots=True)
class Block:
    """Why an identifier of the item does not count."""

    rule: str
    left: str
    value_class: str
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "rule": self.rule,
            "left": self.left,
            "value_class": self.value_class,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several that the item may be."""

    id: str
    evidence_class: str
    evidence: tuple[Reason, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "id": self.id,
            "evidence_class": self.evidence_class,
            "evidence": [e.as_dict() for e in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one item."""

    ref: str
    status: Status
    as_of_ms: int
    contact: str | None = None
    companies: tuple[CompanyRole, ...] = ()
    method: str | None = None
    evidence_class: str | None = None
    evidence: tuple[Reason, ...] = ()
    blocked: tuple[Block, ...] = ()
    alternatives: tuple[Alternative, ...] = field(default=())

    def as_dict(self, revision: str) -> dict[str, Any]:
        """Give plain data, with the revision of the graph that it was read from."""
        return {
            "ref": self.ref,
            "status": self.status.value,
            "contact": {"id": self.contact} if self.contact is not None else None,
            "companies": [c.as_dict() for c in self.companies],
            "method": self.method,
            "evidence_class": self.evidence_class,
            "evidence": [e.as_dict() for e in self.evidence],
            "blocked": [b.as_dict() for b in self.blocked],
            "alternatives": [a.as_dict() for a in self.alternatives],
            "as_of": iso(self.as_of_ms),
            "graph_revision": revision,
        }
