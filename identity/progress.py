"""Progress: a parameter of jobs, with a default that does nothing. Library code never prints."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Hears what a job is doing."""

    def step(self, text: str) -> None:
        """Say what begins now."""
        ...


class Silent:
    """Says nothing."""

    def step(self, text: str) -> None:
        """Say nothing."""


silent = Silent()
