"""Moved: which stages, deals and credit two states of one graph give to somebody else.

A deal is what reached stages with a value: it counts once, with the largest of them. It is open
while its record says that it is not closed; a deal whose system does not say counts as open until
it is won.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from identity.store.base import Store


@dataclass(frozen=True, slots=True)
class MovedStage:
    """A stage that changes hands; ``before`` or ``after`` is null where nobody has it."""

    stage: str
    kind: str
    name: str
    value_minor: int | None
    open: bool
    before: str | None
    before_name: str | None
    after: str | None
    after_name: str | None


@dataclass(frozen=True, slots=True)
class MovedCredit:
    """Credit of a channel under a model for a kind of stage, before and after, in minor units.

    ``pipeline_before_minor`` and ``pipeline_after_minor`` are the part of it from open deals.
    """

    model: str
    stage_kind: str
    channel: str
    before_minor: int
    after_minor: int
    pipeline_before_minor: int
    pipeline_after_minor: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What moves: stages, credit, the value of deals that change hands, of the open ones among
    them, and the value of all open deals before and after.
    """

    stages: tuple[MovedStage, ...]
    credit: tuple[MovedCredit, ...]
    value_minor: int
    open_minor: int
    pipeline_minor: tuple[int, int]


def moved_money(before: Store, after: Store, names: Mapping[str, str]) -> Moved:
    """Compare whose stages are, and which channel has the credit, in two states of a graph.

    Args:
        before: the graph.
        after: its other state.
        names: names of entities by id.
    """
    one, two = _owners(before), _owners(after)
    stages: list[MovedStage] = []
    deals: dict[str, tuple[int, bool]] = {}
    for stage in sorted(one.keys() | two.keys()):
        was, now = one.get(stage), two.get(stage)
        owner_was, owner_now = _owner(was), _owner(now)
        if was is not None and now is not None:
            if owner_was == owner_now:
                continue
            value = max(now["value_base"] or 0, deals.get(now["identifier"], (0, False))[0])
            deals[now["identifier"]] = (value, now["open"])
        shown = now or was or {}
        stages.append(
            MovedStage(
                stage,
                shown["kind"],
                shown["name"],
                shown["value_base"],
                shown["open"],
                owner_was,
                names.get(owner_was or ""),
                owner_now,
                names.get(owner_now or ""),
            )
        )
    return Moved(
        tuple(stages),
        _credit(before, after),
        sum(value for value, _ in deals.values()),
        sum(value for value, is_open in deals.values() if is_open),
        (_pipeline(one.values()), _pipeline(two.values())),
    )


def _owners(store: Store) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in store.read("explain/stage_owners"):
        found.setdefault(row["stage"], row)
    return found


def _owner(row: Mapping[str, Any] | None) -> str | None:
    return None if row is None else row["company"] or row["contact"]


def _pipeline(rows: Iterable[Mapping[str, Any]]) -> int:
    deals: dict[str, int] = {}
    for row in rows:
        if row["open"]:
            deals[row["identifier"]] = max(row["value_base"] or 0, deals.get(row["identifier"], 0))
    return sum(deals.values())


def _credit(before: Store, after: Store) -> tuple[MovedCredit, ...]:
    def table(store: Store) -> dict[tuple[str, str, str], tuple[int, int]]:
        rows = store.read("explain/credit_by_channel")
        return {
            (r["model"], r["stage_kind"], r["channel"]): (r["value_minor"] or 0, r["open_minor"])
            for r in rows
        }

    one, two = table(before), table(after)
    none = (0, 0)
    return tuple(
        MovedCredit(*key, was[0], now[0], was[1], now[1])
        for key in sorted(one.keys() | two.keys())
        if (was := one.get(key, none)) != (now := two.get(key, none))
    )
