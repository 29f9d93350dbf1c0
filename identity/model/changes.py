"""The change feed's rows: their kinds, the order inside of a run, and their numbers (R29).

Several stages write to the feed, one after the other; each takes up the count where the one before
left it, in the transaction that changes the graph, so that the numbers have no gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import orjson

ChangeName = Literal[
    "created",
    "merged",
    "split",
    "retired",
    "erased",
    "identifier.added",
    "identifier.removed",
    "membership.changed",
    "primary.changed",
    "value.changed",
    "refused",
    "decided",
    "stage.reached",
]
KINDS: tuple[ChangeName, ...] = get_args(ChangeName)
"""The kinds of change; also their order inside of what one stage changed in one run."""

_RANK: dict[str, int] = {name: rank for rank, name in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the feed, before it has its number.

    ``subject`` is what changed: an entity, an identifier (refused), a decision or a stage;
    ``before`` and ``after`` what of it; ``cause`` the run and, where they are known, the rule, the
    record, the decision and the actor.
    """

    change: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    cause: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Count:
    """Where the feed stands when a stage begins: the run, its clock, rows so far."""

    run: int
    as_of_ms: int
    changes: int


def run_id(seq: int) -> str:
    """Give the id of the run of a number: the counters stand on it."""
    return f"run_{seq:09d}"


def id_of(seq: int) -> str:
    """Give the id of the row of a number: rows are found by it, one by one."""
    return f"chg_{seq:012d}"


def numbered(
    changes: Iterable[Change], *, first: int, run: int, as_of_ms: int
) -> list[dict[str, Any]]:
    """Put changes in order and number them; equal input gives equal numbers."""
    written = (
        (_RANK[c.change], c.subject, _text(c.after), _text(c.before), _text(c.cause))
        for c in changes
    )
    return [
        {
            "id": id_of(seq),
            "name": KINDS[rank],
            "seq": seq,
            "change": KINDS[rank],
            "subject": subject,
            "before": before,
            "after": after,
            "cause": cause,
            "at_ms": as_of_ms,
            "run": run,
        }
        for seq, (rank, subject, after, before, cause) in enumerate(sorted(written), first)
    ]


def _text(value: Mapping[str, Any] | None) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if value is not None else ""
