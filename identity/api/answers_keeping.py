"""Answers about keeping a graph: the published shapes of backup, restore and verify."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from identity.api.answers import Answer


class _SavedOut(Answer):
    """What a backup says of itself."""

    project: str
    run: int = Field(description="The newest run of the graph.")
    nodes: int
    edges: int
    digest: str = Field(description="The digest of derived state.")


class BackupOut(_SavedOut):
    """A backup that was written."""

    file: str


class RestoreOut(_SavedOut):
    """A backup that was loaded, every row compared."""

    store: str = Field(description="Where the graph lies now.")
    erased_again: int = Field(
        description="Erasures made once more: of people who were erased after the backup."
    )
    verified: bool | None = Field(
        default=None, description="With --verify: deriving everything anew gave the same."
    )


class VerifyOut(Answer):
    """What deriving everything anew found."""

    run: int
    digest: str
    sound: bool = Field(description="Nothing differs.")
    differences: dict[str, int] = Field(description="Rows that differ, by table.")
    changes: int = Field(description="Rows that the change feed would gain.")


KEPT: dict[str, Any] = {"backup": BackupOut, "restore": RestoreOut, "verify": VerifyOut}
"""Answers by name: of ``identity NAME --output json``."""
