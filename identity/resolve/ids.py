"""Canonical ids: which entity keeps which id, and why an id ever changes (R27).

Ids are opaque, sortable, never reused and never derived from content. The ledger (which id held
what, where its home is, since when it lives) is an input: the same facts and the same ledger give
the same ids, a rebuild changes none, and undoing a merge gives both ids back.

The assignment takes pairs of id and cluster greedily in one order: a sort, no search.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class IdState(StrEnum):
    """What became of an id."""

    LIVE = "live"
    MERGED = "merged"
    RETIRED = "retired"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger.

    ``home`` is the identifier the id belongs to; ``held`` what it last held; ``live_since`` the run
    since when it lives without a break; ``ended_run`` the run that ended it.
    """

    id: str
    state: IdState
    minted_seq: int
    live_since: int
    home: str
    held: frozenset[str]
    ended_run: int | None = None
    pinned: bool = False
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """An entity that exists now: its label, its members (not anonymous), its live anchors."""

    label: str
    members: frozenset[str]
    anchors: frozenset[str] = frozenset()


@dataclass(slots=True)
class Assignment:
    """The ids of clusters, and the ledger as it is afterwards.

    ``of``: label to id; ``entries``: the ledger's rows that are new or changed; ``split_from``:
    pairs of a new id and the live id that last held its members.
    """

    of: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    split_from: list[tuple[str, str]] = field(default_factory=list)


def assign(
    ledger: Iterable[Entry],
    clusters: Iterable[Cluster],
    *,
    run: int,
    next_seq: int,
    mint: Callable[[int], str],
) -> Assignment:
    """Give every cluster its id.

    Args:
        ledger: all rows whose home or whose last identifiers are in scope.
        clusters: the entities of one kind in scope.
        run: the number of this run.
        next_seq: the first free minting number.
        mint: makes a new id of its minting number.
    """
    known = {e.id: e for e in ledger if e.state is not IdState.ERASED}
    listed = sorted(clusters, key=lambda c: c.label)
    holder = {m: c for c in listed for m in c.members}
    homes = {e.id: _home_for_assignment(e, holder) for e in known.values()}
    result = Assignment()
    taken: set[str] = set()
    for _, entry, cluster in sorted(_pairs(known, holder, homes), key=lambda p: p[0]):
        if entry.id not in taken and cluster.label not in result.of:
            result.of[cluster.label] = entry.id
            taken.add(entry.id)
    minted: dict[str, Entry] = {}
    for cluster in listed:
        if cluster.label not in result.of:
            identity = mint(next_seq)
            result.of[cluster.label] = identity
            minted[identity] = Entry(
                identity, IdState.RETIRED, next_seq, run, cluster.label, frozenset()
            )
            next_seq += 1
    _write_living(result, {**known, **minted}, listed, run)
    _write_ended(result, known, holder, run)
    _write_splits(result, known, listed)
    changed = [e for e in result.entries if known.get(e.id) != e]
    result.entries = sorted(changed, key=lambda e: e.minted_seq)
    return result


def _home_for_assignment(entry: Entry, holder: Mapping[str, Cluster]) -> str | None:
    """Give the home that counts: a live id whose home is gone uses its smallest identifier left."""
    if entry.home in holder or entry.state is not IdState.LIVE:
        return entry.home
    return min((h for h in entry.held if h in holder), default=None)


Order = tuple[object, ...]


def _pairs(
    known: Mapping[str, Entry], holder: Mapping[str, Cluster], homes: Mapping[str, str | None]
) -> Iterable[tuple[Order, Entry, Cluster]]:
    """Give every candidate pair with its place in the order of R27."""
    for entry in known.values():
        home = homes[entry.id]
        at_home = holder.get(home) if home is not None else None
        near = {holder[h].label: holder[h] for h in entry.held if h in holder}
        if at_home is not None:
            near[at_home.label] = at_home
        for cluster in near.values():
            exact = entry.held == cluster.members
            is_home = at_home is not None and at_home.label == cluster.label
            if entry.state is IdState.MERGED and not (is_home or exact):
                continue
            yield (
                _order(entry, cluster, home=home if is_home else None, exact=exact),
                entry,
                cluster,
            )


def _order(entry: Entry, cluster: Cluster, *, home: str | None, exact: bool) -> Order:
    live = entry.state is IdState.LIVE
    if entry.pinned and home is not None:
        rank = 0
    elif live and home is not None and home in cluster.anchors:
        rank = 1
    elif exact:
        rank = 2
    elif live and home is not None:
        rank = 3
    elif home is not None:
        rank = 4
    else:
        rank = 5 if live else 6
    retired = -(entry.ended_run or 0) if not live else 0
    shared = len(entry.held & cluster.members)
    return (
        rank,
        not live,
        retired,
        entry.live_since,
        entry.minted_seq,
        -shared,
        cluster.label,
    )


def _write_living(
    result: Assignment, known: Mapping[str, Entry], clusters: list[Cluster], run: int
) -> None:
    for cluster in clusters:
        entry = known[result.of[cluster.label]]
        revived = entry.state is not IdState.LIVE
        result.entries.append(
            replace(
                entry,
                state=IdState.LIVE,
                live_since=run if revived else entry.live_since,
                home=_home(entry, cluster),
                held=cluster.members,
                ended_run=None,
                merged_into=None,
            )
        )


def _home(entry: Entry, cluster: Cluster) -> str:
    if entry.pinned and entry.home in cluster.members:
        return entry.home
    if cluster.anchors:
        return entry.home if entry.home in cluster.anchors else min(cluster.anchors)
    return entry.home if entry.home in cluster.members else min(cluster.members)


def _write_ended(
    result: Assignment, known: Mapping[str, Entry], holder: Mapping[str, Cluster], run: int
) -> None:
    """End live ids without a cluster, and point every ended one at who holds its identifiers."""
    living = set(result.of.values())
    for entry in known.values():
        if entry.id in living:
            continue
        target = _heir(entry, holder)
        into = result.of[target.label] if target is not None else None
        was_live = entry.state is IdState.LIVE
        result.entries.append(
            replace(
                entry,
                state=IdState.MERGED if into is not None else IdState.RETIRED,
                ended_run=run if was_live else entry.ended_run,
                merged_into=into,
            )
        )


def _heir(entry: Entry, holder: Mapping[str, Cluster]) -> Cluster | None:
    """Give the cluster that holds an id's home, else most of what it last held."""
    if entry.home in holder:
        return holder[entry.home]
    counts = Counter(holder[h].label for h in entry.held if h in holder)
    if not counts:
        return None
    best = min(counts, key=lambda label: (-counts[label], label))
    return next(holder[h] for h in entry.held if h in holder and holder[h].label == best)


def _write_splits(result: Assignment, known: Mapping[str, Entry], clusters: list[Cluster]) -> None:
    """Note from which living id a new or revived one was split off."""
    before = {h: e.id for e in known.values() if e.state is IdState.LIVE for h in e.held}
    living = set(result.of.values())
    for cluster in clusters:
        identity = result.of[cluster.label]
        entry = known.get(identity)
        if entry is not None and entry.state is IdState.LIVE:
            continue
        counts = Counter(before[m] for m in cluster.members if m in before)
        counts.pop(identity, None)
        origins = [i for i in counts if i in living]
        if origins:
            origin = min(origins, key=lambda i: (-counts[i], i))
            result.split_from.append((identity, origin))


_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def minter(prefix: str, as_of_ms: int) -> Callable[[int], str]:
    """Give a function that mints ids: a prefix and a UUIDv7 in base 32 (the TypeID form).

    The time part is the run's clock and the minting number keeps the order inside of it; the rest
    is random, so an id says nothing of what it stands for.
    """

    def mint(seq: int) -> str:
        random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
        value = (as_of_ms & ((1 << 48) - 1)) << 80
        value |= 7 << 76 | (seq & 0xFFF) << 64 | 0b10 << 62 | random
        digits = []
        for _ in range(26):
            value, rest = divmod(value, 32)
            digits.append(_ALPHABET[rest])
        return f"{prefix}_{''.join(reversed(digits))}"

    return mint
