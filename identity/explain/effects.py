"""Effects: what the difference of two states of one graph means, in entities and in money.

The two states are a graph and a private copy of it on which something was tried: new data, other
rules, a decision. Entities keep their ids in both, so they can be named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson
import polars as pl

from identity.explain.moved import MovedCredit, MovedStage, moved_money
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
class RefusedEvidence:
    """Evidence that would be refused and is not now: its ends, its rule, the constraint."""

    src: str
    dst: str
    rule: str
    constraint: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What would change.

    ``counts``: changes by kind and entity; ``entities``: the first `NAMED` of each kind, by name;
    ``ambiguous``: domains that become ambiguous; ``refused``: refused evidence, before and after,
    by constraint; ``newly_refused``: the first `NAMED` of what is refused only then;
    ``largest_component``: size before and after; ``stages`` and ``credit``: what moves;
    ``value_moved_minor``: value of the deals that change hands, each once, and
    ``pipeline_moved_minor`` that of the open ones among them; ``pipeline_minor``: value of all open
    deals, before and after.
    """

    counts: Mapping[str, int]
    entities: Mapping[str, tuple[EntityChange, ...]]
    ambiguous: tuple[str, ...]
    refused: Mapping[str, tuple[int, int]]
    newly_refused: tuple[RefusedEvidence, ...]
    largest_component: tuple[int, int]
    stages: tuple[MovedStage, ...]
    credit: tuple[MovedCredit, ...]
    value_moved_minor: int
    pipeline_moved_minor: int
    pipeline_minor: tuple[int, int]
    currency: str

    @property
    def empty(self) -> bool:
        """Say whether nothing would change."""
        one, two = self.pipeline_minor
        return not (self.counts or self.stages or self.credit or self.ambiguous or one != two)

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
    names_before, names_after = _names(before), _names(after)
    moved = moved_money(before, after, {**names_before, **names_after})
    return Effects(
        counts=_counts(feed),
        entities=_entities(feed, names_before, names_after),
        ambiguous=_ambiguous(before, after),
        refused=_refused(before, after),
        newly_refused=_newly_refused(feed),
        largest_component=(_largest(before), _largest(after)),
        stages=moved.stages,
        credit=moved.credit,
        value_moved_minor=moved.value_minor,
        pipeline_moved_minor=moved.open_minor,
        pipeline_minor=moved.pipeline_minor,
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

    fresh = domains(after) - domains(before)
    # a host and its www. are one always, so that naming both says nothing more
    return tuple(sorted(d for d in fresh if d.removeprefix("www.") == d or d[4:] not in fresh))


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


def _newly_refused(feed: Iterable[Mapping[str, Any]]) -> tuple[RefusedEvidence, ...]:
    rows = [orjson.loads(row["after"]) for row in feed if row["change"] == "refused"]
    return tuple(
        RefusedEvidence(row["src"], row["dst"], row["rule"], row["constraint"])
        for row in rows[:NAMED]
    )


def _largest(store: Store) -> int:
    rows = store.table("resolve/stored_identifiers").drop_nulls("component")
    sizes = rows.group_by("component").len()["len"]
    largest = sizes.max()
    return int(largest) if isinstance(largest, int) else 0
