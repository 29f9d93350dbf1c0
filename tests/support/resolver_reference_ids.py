"""Canonical ids: a greedy assignment of remembered ids to clusters (R27)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Entry:
    """A remembered id: what it belongs to, what it last held, what became of it."""

    id: int
    home: str
    held: frozenset[str]
    live_since: int
    state: str = "live"
    ended_run: int = 0
    pinned: bool = False
    merged_into: int | None = None


@dataclass(frozen=True)
class Cluster:
    """An entity's identifiers without the anonymous ones, and its live anchors."""

    label: str
    members: frozenset[str]
    anchors: frozenset[str]


@dataclass
class Ledger:
    """All ids of a plane ever minted; ids are their order of minting."""

    entries: dict[int, Entry] = field(default_factory=dict)
    of: dict[str, int] = field(default_factory=dict)
    split_from: dict[int, int] = field(default_factory=dict)

    def assign(self, clusters: Iterable[Cluster], run: int) -> None:
        """Give every cluster an id, and say what becomes of the others."""
        listed = sorted(clusters, key=lambda c: c.label)
        before = {e.id: e.held for e in self.entries.values() if e.state == "live"}
        given = self._greedy(listed)
        self.of = {}
        for cluster in listed:
            number = given.get(cluster.label)
            if number is None:
                number = len(self.entries) + 1
                self.entries[number] = Entry(number, min(cluster.members), frozenset(), run)
                parents = [i for i, held in before.items() if held & cluster.members]
                if parents:
                    self.split_from[number] = parents[0]
            self._settle(self.entries[number], cluster, run)
            self.of[cluster.label] = number
        for entry in self.entries.values():
            if entry.id not in self.of.values() and entry.state != "erased":
                self._retire(entry, listed, run)

    def _greedy(self, clusters: list[Cluster]) -> dict[str, int]:
        everywhere = frozenset().union(*(c.members for c in clusters))
        pairs = [
            (rank(e, c, everywhere), e.id, c.label)
            for e in self.entries.values()
            for c in clusters
            if candidate(e, c, everywhere)
        ]
        given: dict[str, int] = {}
        for _, number, name in sorted(pairs):
            if number not in given.values() and name not in given:
                given[name] = number
        return given

    def _settle(self, entry: Entry, cluster: Cluster, run: int) -> None:
        """The home: a live anchor, else the home so far, else the smallest identifier."""
        if entry.state != "live":
            entry.state, entry.live_since, entry.ended_run = "live", run, 0
        entry.merged_into = None
        entry.held = cluster.members
        if entry.pinned and entry.home in cluster.members:
            return
        if cluster.anchors:
            if entry.home not in cluster.anchors:
                entry.home = min(cluster.anchors)
        elif entry.home not in cluster.members:
            entry.home = min(cluster.members)

    def _retire(self, entry: Entry, clusters: list[Cluster], run: int) -> None:
        """Merged into who holds its home, else most of what it last held, else retired."""
        if entry.state == "live":
            entry.ended_run = run
        holders = [c for c in clusters if entry.home in c.members] or sorted(
            (c for c in clusters if c.members & entry.held),
            key=lambda c: (-len(c.members & entry.held), c.label),
        )
        entry.merged_into = self.of[holders[0].label] if holders else None
        entry.state = "merged" if holders else "retired"


def home_now(entry: Entry, everywhere: frozenset[str]) -> str:
    """A live id whose home is in no cluster uses its smallest remaining identifier."""
    left = entry.held & everywhere
    if entry.state == "live" and entry.home not in everywhere and left:
        return min(left)
    return entry.home


def candidate(entry: Entry, cluster: Cluster, everywhere: frozenset[str]) -> bool:
    if entry.state == "erased":
        return False
    at_home = home_now(entry, everywhere) in cluster.members
    if entry.state == "merged":
        return at_home or cluster.members == entry.held
    return at_home or bool(entry.held & cluster.members)


def rank(entry: Entry, cluster: Cluster, everywhere: frozenset[str]) -> tuple[object, ...]:
    home = home_now(entry, everywhere)
    live, at_home = entry.state == "live", home in cluster.members
    tiers = (
        entry.pinned and at_home,
        live and home in cluster.anchors,
        cluster.members == entry.held,
        live and at_home,
        at_home,
        live,
        True,
    )
    return (
        tiers.index(True),
        not live,
        -entry.ended_run,
        entry.live_since,
        entry.id,
        -len(cluster.members & entry.held),
        cluster.label,
    )
