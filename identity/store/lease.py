"""The right to write to a graph that several processes can reach: a lease with a fencing token.

A node holds who has the right, until when, and a token that counts the holders. Whoever takes it
raises the token; every transaction of a holder first locks the node and compares its own token with
it, so a holder that was held up until another took over writes nothing more. Time is the server's.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from identity.errors import StoreLocked

RESOLVER = "resolver"
TTL_MS = 60_000  # how long the graph stays closed after a holder died

Run = Callable[[str, Sequence[Mapping[str, Any]]], list[dict[str, Any]]]
"""Runs a write query over rows and gives the rows it returns."""


class Lease:
    """One process's part in the lease of a graph."""

    def __init__(self) -> None:
        self._holder = f"{os.getpid()}@{socket.gethostname()}/{secrets.token_hex(4)}"
        self._token: int | None = None

    @contextmanager
    def held(self, run: Run) -> Iterator[None]:
        """Hold the right to write while the block lasts; a block inside another shares it.

        Raises:
            StoreLocked: another process has it.
        """
        if self._token is not None:
            yield
            return
        self._token = self._take(run, TTL_MS)
        try:
            yield
        finally:
            token, self._token = self._token, None
            # whoever took over meanwhile keeps it: the token tells
            run("store/lease_keep", [self._row(token=token, ttl_ms=-1)])

    def fence(self, run: Run) -> None:
        """Make sure, inside a transaction, that this process may write in it.

        Raises:
            StoreLocked: another process has the right; the transaction must not be committed.
        """
        if self._token is None:
            self._take(run, -1)
        elif not run("store/lease_keep", [self._row(token=self._token, ttl_ms=TTL_MS)]):
            raise StoreLocked(
                "another process has taken over this graph; nothing more was written to it",
                fix="Run again: what was noted before is taken up.",
            )

    def _take(self, run: Run, ttl_ms: int) -> int:
        row = run("store/lease_take", [self._row(ttl_ms=ttl_ms)])[0]
        # after a write of its own a process is the last holder, with no time left
        if row["holder"] != self._holder or row["left_ms"] != ttl_ms:
            raise StoreLocked(
                f"{row['holder']} writes to this graph",
                fix=f"Wait for it to end; if it died, for {max(row['left_ms'], 0) // 1000 + 1} s.",
            )
        return int(row["token"])

    def _row(self, **more: int) -> dict[str, Any]:
        return {"id": RESOLVER, "holder": self._holder, **more}
