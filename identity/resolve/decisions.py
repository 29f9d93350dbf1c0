"""Decisions of people: which of them hold, and what they mean for identity (R26).

Decisions are appended and never edited. The same person's newer answer replaces the older; where
different people contradict each other the older answer stays and the pair is under conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from identity.model import identifiers as ids
from identity.model.identifiers import Plane
from identity.resolve.domains import Alias
from identity.resolve.facts import EVIDENCE, frame

Pair = tuple[str, str]
OLDEST = -1
ANSWERS = ("same", "different", "unsure")


@dataclass(frozen=True, slots=True)
class Answer:
    """What holds for a pair: the decision that says so, and since when (the first of its kind)."""

    pair: Pair
    action: str
    decision: str
    at_ms: int
    left: str
    right: str
    valid_from_ms: int | None = None


@dataclass(slots=True)
class Decisions:
    """The decisions that hold.

    ``same``, ``different`` and ``unsure`` are answers on pairs; ``shared``, ``additive`` and
    ``pinned`` are identifiers that people marked; ``primary`` and ``assigned`` are pairs of an
    identifier of a contact and one of the company chosen for it, oldest first; ``conflicts`` are
    pairs with opposite answers; ``states`` tells what became of each decision.
    """

    same: list[Answer] = field(default_factory=list)
    different: list[Answer] = field(default_factory=list)
    unsure: list[Answer] = field(default_factory=list)
    shared: set[str] = field(default_factory=set)
    additive: set[str] = field(default_factory=set)
    primary: list[Pair] = field(default_factory=list)
    assigned: list[Pair] = field(default_factory=list)
    pinned: set[str] = field(default_factory=set)
    conflicts: list[tuple[Answer, Answer]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)

    def bans(self, plane: Plane) -> list[Pair]:
        """Give the cannot-link pairs of a plane."""
        return [a.pair for a in self.different if _plane(a) is plane]

    def same_edges(self) -> pl.DataFrame:
        """Give the `same` answers as evidence rows; pairs of domains are aliases instead."""
        rows = [
            {
                "edge": "SAME_PERSON" if _plane(a) is Plane.PERSON else "SAME_COMPANY",
                "src": a.left,
                "dst": a.right,
                "key": f"decision|{a.decision}",
                "rule": f"decision.same_{_plane(a)}",
                "source": "decision",
                "record": a.decision,
                "observations": 1,
                "first_seen_ms": a.at_ms,
                "last_seen_ms": a.at_ms,
                "from_ms": None,
                "until_ms": None,
                "withdrawn": False,
            }
            for a in self.same
            if _plane(a) is not None and not _domains(a)
        ]
        return frame(EVIDENCE, rows)

    def aliases(self) -> list[Alias]:
        """Give the `same` answers on pairs of domains (R21)."""
        return [
            Alias(
                a.decision,
                ids.parse(a.left).value,
                ids.parse(a.right).value,
                (a.at_ms, a.left, a.right),
                a.valid_from_ms,
            )
            for a in self.same
            if _domains(a)
        ]

    def new_of_pairs(self) -> dict[str, str]:
        """Give, for e-mails of old,new pairs, the new one that becomes primary (R26)."""
        return {
            a.left: a.right
            for a in self.same
            if a.left.startswith("email:") and a.right.startswith("email:")
        }


def _plane(answer: Answer) -> Plane | None:
    left, right = ids.plane_of(answer.left), ids.plane_of(answer.right)
    return left if left is right else None


def _domains(answer: Answer) -> bool:
    return answer.left.startswith("domain:") and answer.right.startswith("domain:")


def effective(rows: pl.DataFrame, as_of_ms: int) -> Decisions:
    """Find the decisions that hold at an instant.

    Args:
        rows: all decisions ever made (`identity.resolve.facts.DECISIONS`); ``supersedes`` may name
            several, separated by blanks.
        as_of_ms: the run's clock; expired decisions do not hold.
    """
    result = Decisions()
    live: list[dict[str, Any]] = []
    ordered = sorted(rows.iter_rows(named=True), key=_time)
    # one that was taken back, has expired or waits replaces nothing
    silent = {r["id"]: state for r in ordered if (state := _silent(r, as_of_ms)) is not None}
    replaced = {
        decision
        for row in ordered
        if row["id"] not in silent
        for decision in (row["supersedes"] or "").split()
    }
    for row in ordered:
        superseded = "superseded" if row["id"] in replaced else "applied"
        result.states[row["id"]] = silent.get(row["id"], superseded)
        if result.states[row["id"]] == "applied":
            live.append(row)
    _answers([r for r in live if r["action"] in ANSWERS], result)
    for row in live:
        _mark(row, result)
    return result


def _silent(row: Mapping[str, Any], as_of_ms: int) -> str | None:
    """Say why a decision does not speak at an instant, if it does not."""
    if row["withdrawn"]:
        return "withdrawn"
    if row["expires_ms"] is not None and row["expires_ms"] <= as_of_ms:
        return "expired"
    if row["valid_from_ms"] is not None and row["valid_from_ms"] > as_of_ms:
        return "waiting"
    return None


def _time(row: Mapping[str, Any]) -> tuple[int, bool, str]:
    """Give a row's place: those without a time are the oldest, `different` the last of one time."""
    at_ms = OLDEST if row["at_ms"] is None else row["at_ms"]
    return (at_ms, row["action"] == "different", row["id"])


def _answers(rows: Iterable[Mapping[str, Any]], result: Decisions) -> None:
    by_pair: dict[Pair, dict[str, Answer]] = {}
    for row in rows:
        pair = (min(row["left"], row["right"]), max(row["left"], row["right"]))
        answers = by_pair.setdefault(pair, {})
        actor = row["actor"] or ""
        before = answers.get(actor)
        if before is not None and before.action == row["action"]:
            result.states[row["id"]] = "repeated"
            continue
        if before is not None:
            result.states[before.decision] = "superseded"
        answers[actor] = Answer(
            pair,
            row["action"],
            row["id"],
            _time(row)[0],
            row["left"],
            row["right"],
            row["valid_from_ms"],
        )
    for pair in sorted(by_pair):
        _elect(list(by_pair[pair].values()), result)


def _elect(answers: list[Answer], result: Decisions) -> None:
    """Keep the oldest answer of a pair; an opposite one of somebody else is a conflict.

    Of two as old as each other `different` stays: rows of files have no time.
    """
    firm = sorted(
        (a for a in answers if a.action != "unsure"),
        key=lambda a: (a.at_ms, a.action == "same", a.decision),
    )
    for answer in answers:
        if answer.action == "unsure":
            result.unsure.append(answer)
    if not firm:
        return
    kept = firm[0]
    (result.same if kept.action == "same" else result.different).append(kept)
    for other in firm[1:]:
        if other.action != kept.action:
            result.conflicts.append((kept, other))
            result.states[other.decision] = "conflict"


def _mark(row: Mapping[str, Any], result: Decisions) -> None:
    match row["action"]:
        case "mark_shared":
            result.shared.add(row["left"])
        case "mark_additive":
            result.additive.add(row["left"])
        case "choose_primary":
            result.primary.append((row["left"], row["right"]))
        case "assign_company":
            result.assigned.append((row["left"], row["right"]))
        case "pin":
            result.pinned.add(row["left"])
