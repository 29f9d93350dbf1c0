"""Writing decisions that were made at a door, and finding those that wait for a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from identity import deciding, pipeline
from identity.config import Config
from identity.errors import NotFound
from identity.resolve.proposals import Author
from identity.reviewing.choices import OPPOSITE, UNSURE, Decided
from identity.said import Said
from identity.store.base import Store

Row = Mapping[str, Any]


def append(store: Store, config: Config, rows: Sequence[Said], *, at_ms: int) -> dict[str, int]:
    """Append decisions; say how many were written, and how many were there already."""
    with store.hold():
        run = pipeline.begin(store, config, as_of_ms=at_ms).seq
        result = deciding.write(store, config, rows, run=run, shown="review")
    return {n: result.total(n) for n in ("applied", "unchanged")}


def said(
    decided: Iterable[Decided], author: Author, known: Sequence[Row], expires_ms: int | None = None
) -> list[Said]:
    """Make the decisions of an answer; they replace opposite answers on their pairs.

    Whoever answers a question has seen what others said: their answer counts instead (R26).

    Args:
        decided: action and identifiers of each.
        author: who answers, when and why.
        known: all decisions there are.
        expires_ms: until when the answer holds.
    """
    opposed: dict[tuple[str, frozenset[str]], list[str]] = {}
    for row in known:
        if row["right"] is not None and not row["withdrawn"]:
            pair = frozenset((row["left"], row["right"]))
            opposed.setdefault((row["action"], pair), []).append(row["id"])
    found = []
    for action, left, right in decided:
        pair = frozenset((left, right or ""))
        replaced = sorted(opposed.get((OPPOSITE.get(action, ""), pair), ()))
        found.append(
            Said(
                action,
                left,
                right,
                actor=author.actor,
                reason=author.reason,
                at_ms=author.at_ms,
                expires_ms=expires_ms,
                supersedes=" ".join(replaced) or None,
                source=author.source,
            )
        )
    return found


def opposes_nothing(decided: Sequence[Decided], known: Iterable[Row]) -> bool:
    """Say whether decisions change nothing by what they are.

    `unsure` joins and parts nobody; it only replaces what its author said of the pair before.
    """
    pairs = {frozenset((left, right)) for action, left, right in decided if action == UNSURE}
    if not pairs or len(pairs) < len(decided):
        return False
    return not any(frozenset((d["left"], d["right"])) in pairs for d in known if not d["withdrawn"])


def waiting(decisions: Iterable[Row]) -> list[Row]:
    """Give the decisions that hold and that no run has taken up yet."""
    return [d for d in decisions if not d["withdrawn"] and d["state"] in (None, "withdrawn")]


def writer(config: Config, rows: Sequence[Said]) -> Callable[[Store, int], None]:
    """Give what writes decisions into a copy of the graph, to try them."""

    def change(copy: Store, run: int) -> None:
        deciding.write(copy, config, rows, run=run, shown="trial")

    return change


def undo_together(store: Store, decision: str, *, actor: str | None, at_ms: int) -> list[str]:
    """Take back a decision and all that were written with it, or let them hold again.

    What one answer or proposal wrote has one source, actor and time.

    Raises:
        NotFound: there is no such decision.
    """
    known = {row["id"]: row for row in store.read("explain/all_decisions")}
    if decision not in known:
        raise NotFound(f"there is no decision {decision}")
    one = known[decision]
    act = [one[n] for n in ("source", "actor", "at_ms", "withdrawn")]
    alone = one["at_ms"] is None  # rows of files have no time: they were not said together
    group = [
        i
        for i, row in known.items()
        if i == decision
        or (not alone and [row[n] for n in ("source", "actor", "at_ms", "withdrawn")] == act)
    ]
    for each in group:
        deciding.undo(store, each, actor=actor, at_ms=at_ms)
    return group
