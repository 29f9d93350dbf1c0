"""The part of the facade that watches a graph: what changed, and how it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from identity.config import Config
from identity.store.base import Store

if TYPE_CHECKING:
    from identity.explain.feed import Page
    from identity.explain.health import Health


class Watching:
    """Follow changes, look at health; `IdentityGraph` inherits it."""

    config: Config
    store: Store

    def changes(self, *, since: int = 0, limit: int = 1_000, kinds: Sequence[str] = ()) -> Page:
        """Give a page of the change feed: what changed, in order, each row with its cause.

        Args:
            since: rows after this number; 0 for the first page.
            limit: at most so many rows.
            kinds: only rows of these types; none for all.

        Raises:
            FixInput: there is no such type.
        """
        from identity.explain.feed import changes

        return changes(self.store, since=since, limit=limit, kinds=kinds)

    def health(self, *, runs: int = 10) -> Health:
        """Say how the graph is without knowing the truth: figures, bands, and the runs before.

        Args:
            runs: how many runs the trend has, the newest one included.

        Raises:
            NotFound: no run has measured anything yet.
        """
        from identity.explain.health import health

        return health(self.store, self.config, runs=runs)
