"""Said: a decision as somebody puts it, and the actions there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from identity.ingest.tables import decision_id

PAIRS = ("same", "different", "unsure")
SINGLE = ("mark_shared", "mark_additive", "pin")
OTHERS = ("choose_primary", "assign_company")
ACTIONS = (*PAIRS, *SINGLE, *OTHERS)


@dataclass(frozen=True, slots=True)
class Said:
    """A decision as somebody puts it: identifiers in full, times in milliseconds."""

    action: str
    left: str
    right: str | None = None
    actor: str | None = None
    reason: str | None = None
    at_ms: int | None = None
    expires_ms: int | None = None
    valid_from_ms: int | None = None
    supersedes: str | None = None
    withdrawn: bool = False
    source: str = "decisions"
    row: int | None = None
    id: str | None = None

    def values(self) -> dict[str, Any]:
        """Give the properties of its node."""
        return {
            "action": self.action,
            "left": self.left,
            "right": self.right,
            "actor": self.actor,
            "reason": self.reason,
            "at_ms": self.at_ms,
            "expires_ms": self.expires_ms,
            "valid_from_ms": self.valid_from_ms,
            "supersedes": self.supersedes,
            "withdrawn": self.withdrawn,
            "source": self.source,
            "row": self.row,
        }

    @property
    def identity(self) -> str:
        """Give its id: its own, else a hash of action, pair, source, actor and time (R26)."""
        return self.id or decision_id(self.values())


@dataclass(frozen=True, slots=True)
class Finding:
    """What the lint found: a stable code, what is wrong, and which rows or decisions."""

    code: str
    message: str
    where: tuple[str, ...] = field(default=())


def place(said: Said) -> str:
    """Say where a decision stands: the row of a file, else its id."""
    return f"{said.source}, row {said.row}" if said.row is not None else said.identity
