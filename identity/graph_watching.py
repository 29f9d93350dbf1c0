"""The part of the facade that watches a graph: what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from identity.config import Config
from identity.store.base import Store

if TYPE_CHECKING:
    from identity.explain.feed import Page


class Watching:
    """Follow changes; `IdentityGraph` inherits it."""

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
