"""A check: one thing that was looked at, how it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a thing is. ``info`` is worth knowing; ``warn`` works, but not for ever or not well."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Status
    message: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        """Give plain data."""
        return {
            "name": self.name,
            "status": self.status.value,
            "message": self.message,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All that was looked at."""

    project: str | None
    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Say that nothing failed."""
        return all(c.status is not Status.FAIL for c in self.checks)

    def as_dict(self) -> dict[str, object]:
        """Give plain data."""
        return {
            "project": self.project,
            "status": "ok" if self.healthy else "fail",
            "checks": [c.as_dict() for c in self.checks],
        }

    def lines(self) -> Iterator[str]:
        """Render it for people, one line a check and its remedy below."""
        for check in self.checks:
            first, *more = check.message.splitlines() or [""]
            yield f"{check.status.value:5} {check.name:18} {first}"
            yield from (f"{'':24} {line}" for line in more)
            if check.fix:
                yield f"{'':24} -> {check.fix}"
