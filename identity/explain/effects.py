"""Effects: what the difference of two states of one graph means, in entities and in money.

The two states are a graph and a private copy of it on which something was tried: new data, other
rules, a decision. Entities keep their ids in both, so they can be named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
import polars as pl

from identity.store.base import Store

NAMED = 20
"""How many entities of a kind of change are named; all are counted."""


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What becomes of an entity: its id, its name, and for merges and splits the other one's."""

    id: str
    name: str
    other: str | None = None
    other_name: str | None = None
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MovedStage:
    """A stage that changes hands, or that appears or goes (``before`` or ``after`` is null)."""

    stage: str
    kind: str
    name: str
    value_minor: int | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class MovedCredit:
    """Credit of a channel under a model for a kind of stage, before and after, in minor units."""

    model: str
    stage_kind: str
    channel: str
    before_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True)
class Effects:
    """What would change.

    ``counts``: changes by kind and entity; ``entities``: the first `NAMED` of each kind, by name;
    ``ambiguous``: domains that become ambiguous; ``refused``: refused evidence, before and after,
    by constraint; ``largest_component``: size before and after; ``stages`` and ``credit``: what
    moves; ``value_moved_minor``: value of the stages that change hands.
    """

    counts: Mapping[str, int]
    entities: Mapping[str, tuple[EntityChange, ...]]
    ambiguous: tuple[str, ...]
    refused: Mapping[str, tuple[int, int]]
    largest_component: tuple[int, int]
    stages: tuple[MovedStage, ...]
    credit: tuple[MovedCredit, ...]
    value_moved_minor: int
    currency: str
    notes: tuple[str, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Say whether nothing would change."""
        return not (self.counts or self.stages or self.credit or self.ambiguous)

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return asdict(self)


def effects(before: Store, after: Store, *, since: int, currency: str) -> Effects:
    """Compare a graph with the copy on which something was tried.

    Args:
        before: the graph.
        after: the copy, after the run.
        since: the last row of the change feed that both have.
        currency: the base currency of values.
    """
    feed = after.read("explain/changes_after", seq=since)
    stages = _stages(before, after)
    return Effects(
        counts=_counts(feed),
        entities=_entities(feed, _names(before), _names(after)),
        ambiguous=_ambiguous(before, after),
        refused=_refused(before, after),
        largest_component=(_largest(before), _largest(after)),
        stages=stages,
        credit=_credit(before, after),
        value_moved_minor=sum(s.value_minor or 0 for s in stages if s.before and s.after),
        currency=currency,
    )


def _counts(feed: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in feed:
        kind = _kind(row["subject"])
        counts[f"{kind} {row['change']}" if kind else row["change"]] += 1
    return dict(sorted(counts.items()))


def _kind(subject: str) -> str | None:
    return {"con": "contact", "com": "company"}.get(subject.partition("_")[0])


def _names(store: Store) -> dict[str, str]:
    found: dict[str, str] = {}
    for plural in ("contacts", "companies"):
        rows = store.table(f"resolve/stored_{plural}")
        found.update(dict(rows.select("id", "name").iter_rows()))
    return found


def _entities(
    feed: Iterable[Mapping[str, Any]], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, tuple[EntityChange, ...]]:
    named: dict[str, list[EntityChange]] = {}
    for row in feed:
        kind = _kind(row["subject"])
        if kind is None or row["change"] not in ("created", "merged", "split", "retired"):
            continue
        said = orjson.loads(row["after"] or "null") or {}
        other = said.get("into") or said.get("from")
        names = before if row["change"] in ("merged", "retired") else after
        named.setdefault(f"{kind} {row['change']}", []).append(
            EntityChange(
                row["subject"],
                names.get(row["subject"]) or after.get(row["subject"], ""),
                other,
                after.get(other) if other else None,
                tuple(said.get("identifiers", ())[:5]),
            )
        )
    return {k: tuple(v[:NAMED]) for k, v in sorted(named.items())}


def _ambiguous(before: Store, after: Store) -> tuple[str, ...]:
    def domains(store: Store) -> set[str]:
        rows = store.table("resolve/stored_identifiers").filter(
            (pl.col("standing") == "ambiguous") & pl.col("id").str.starts_with("domain:")
        )
        return {i[7:] for i in rows["id"].to_list()}

    return tuple(sorted(domains(after) - domains(before)))


def _refused(before: Store, after: Store) -> dict[str, tuple[int, int]]:
    def counts(store: Store) -> dict[str, int]:
        rows = store.table("resolve/stored_refused").group_by("constraint").len()
        return dict(rows.iter_rows())

    one, two = counts(before), counts(after)
    return {
        c: (one.get(c, 0), two.get(c, 0))
        for c in sorted(one.keys() | two.keys())
        if one.get(c, 0) != two.get(c, 0)
    }


def _largest(store: Store) -> int:
    rows = store.table("resolve/stored_identifiers").drop_nulls("component")
    sizes = rows.group_by("component").len()["len"]
    largest = sizes.max()
    return int(largest) if isinstance(largest, int) else 0


def _stages(before: Store, after: Store) -> tuple[MovedStage, ...]:
    def owners(store: Store) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for row in store.read("explain/stage_owners"):
            found.setdefault(row["stage"], row)
        return found

    one, two = owners(before), owners(after)
    moved = []
    for stage in sorted(one.keys() | two.keys()):
        was, now = one.get(stage), two.get(stage)
        owner_was, owner_now = _owner(was), _owner(now)
        if was is not None and now is not None and owner_was == owner_now:
            continue
        shown = now or was or {}
        moved.append(
            MovedStage(
                stage,
                shown["kind"],
                shown["name"],
                shown["value_base"],
                owner_was if was is not None else None,
                owner_now if now is not None else None,
            )
        )
    return tuple(moved)


def _owner(row: Mapping[str, Any] | None) -> str | None:
    return None if row is None else row["company"] or row["contact"]


def _credit(before: Store, after: Store) -> tuple[MovedCredit, ...]:
    def table(store: Store) -> dict[tuple[str, str, str], int]:
        rows = store.read("explain/credit_by_channel")
        return {(r["model"], r["stage_kind"], r["channel"]): r["value_minor"] or 0 for r in rows}

    one, two = table(before), table(after)
    return tuple(
        MovedCredit(*key, one.get(key, 0), two.get(key, 0))
        for key in sorted(one.keys() | two.keys())
        if one.get(key, 0) != two.get(key, 0)
    )
