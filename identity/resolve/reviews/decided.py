"""Questions that decisions leave behind: contradictions, and what only a CRM can make true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from identity.model.identifiers import Plane
from identity.resolve.plane import OUTSIDE
from identity.resolve.reviews.model import Candidate, Item, item
from identity.resolve.reviews.sight import Sight


def questions(sight: Sight) -> Iterator[Item]:
    """Ask all questions about decisions."""
    actors = {d: (a, r) for d, a, r in _columns(sight).iter_rows()}
    yield from _opposite_answers(sight, actors)
    yield from _contested(sight)
    yield from _refused_answers(sight)


def _columns(sight: Sight) -> pl.DataFrame:
    return sight.facts.decisions.select("id", "actor", "reason")


def _opposite_answers(
    sight: Sight, actors: dict[str, tuple[str | None, str | None]]
) -> Iterator[Item]:
    """Ask about pairs on which people gave opposite answers (E90); the older one holds."""
    per_pair: dict[tuple[str, str], list[Any]] = {}
    for kept, other in sight.solved.decisions.conflicts:
        per_pair.setdefault(kept.pair, [kept]).append(other)
    for (one, two), answers in sorted(per_pair.items()):
        said = [f"{actors[a.decision][0] or 'a file'}: {a.action}" for a in answers]
        yield item(
            "decision_conflict",
            [one, two],
            name=f"{_caption(sight, one)} and {_caption(sight, two)}",
            summary=f"People disagree on {one} and {two} ({'; '.join(said)}). The first holds.",
            candidates=[
                Candidate(
                    a.action,
                    a.left,
                    a.right,
                    actors[a.decision][0] or "a file",
                    {
                        "decision": a.decision,
                        "reason": actors[a.decision][1],
                        "holds": a is answers[0],
                    },
                )
                for a in answers
            ],
        )


def _contested(sight: Sight) -> Iterator[Item]:
    """Ask about evidence that would join what a person keeps apart, by way of others (E88).

    Evidence between the two that were decided on is answered by the decision itself.
    """
    decisions = sight.solved.decisions
    decided = {a.pair for a in decisions.different}
    for plane, refused in (
        (Plane.PERSON, sight.solved.people.refused),
        (Plane.COMPANY, sight.solved.companies.refused),
    ):
        bans = _banned_clusters(sight, plane)
        rows = refused.filter(
            (pl.col("constraint") == "cannot_link")
            & (pl.col("one") != OUTSIDE)
            & (pl.col("two") != OUTSIDE)
            & ~pl.col("rule").str.starts_with("decision.")
        )
        found: dict[tuple[int, int], list[tuple[str, str, str]]] = {}
        for src, dst, rule, one, two in rows.select("src", "dst", "rule", "one", "two").iter_rows():
            pair = (min(one, two), max(one, two))
            if (min(src, dst), max(src, dst)) not in decided and pair in bans:
                found.setdefault(pair, []).append((src, dst, rule))
        for (low, high), edges in sorted(found.items()):
            yield _contest(sight, (low, high), bans[low, high], sorted(edges))


def _banned_clusters(sight: Sight, plane: Plane) -> dict[tuple[int, int], tuple[str, str]]:
    """Give, for clusters that decisions keep apart, the smallest pair that does."""
    cluster = sight.cluster(plane)
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for one, two in sorted(sight.solved.decisions.bans(plane)):
        codes = sight.code(one), sight.code(two)
        if -1 in codes:
            continue
        low, high = sorted(int(cluster[c]) for c in codes)
        if low not in (OUTSIDE, high):
            found.setdefault((low, high), (one, two))
    return found


def _contest(
    sight: Sight, pair: tuple[int, int], ban: tuple[str, str], edges: list[tuple[str, str, str]]
) -> Item:
    names = [sight.caption(c) for c in pair]
    src, dst, _ = edges[0]
    return item(
        "decision_conflict",
        [sight.id(pair[0]), sight.id(pair[1]), *ban],
        name=f"{names[0]} and {names[1]}",
        summary=(
            f"A person keeps {ban[0]} and {ban[1]} apart, but {len(edges)} pieces of other "
            f"evidence would join their clusters; the first connects {src} and {dst}."
        ),
        candidates=[
            Candidate("different", s, d, sight.caption(sight.code(d)), {"rule": rule})
            for s, d, rule in edges
        ]
        + [Candidate("same", *ban, _caption(sight, ban[1]))],
    )


def _refused_answers(sight: Sight) -> Iterator[Item]:
    """Ask about `same` answers without effect: for want of a merge in the CRM, or contradicted."""
    reasons = {r.decision: r.reason for r in sight.solved.units.refused}
    for refused in (sight.solved.people.refused, sight.solved.companies.refused):
        chosen = refused.filter(pl.col("rule").str.starts_with("decision."))
        reasons.update(chosen.select("record", "constraint").iter_rows())
    for answer in sight.solved.decisions.same:
        reason = reasons.get(answer.decision)
        if reason not in ("anchor", "cannot_link"):
            continue
        left, right = _caption(sight, answer.left), _caption(sight, answer.right)
        blocked = reason == "anchor"
        yield item(
            "blocked_same" if blocked else "decision_conflict",
            answer.pair,
            name=f"{left} and {right}",
            summary=(
                f"{left} and {right} were decided to be one, but two live accounts of the primary "
                f"CRM are two companies: merge them there."
                if blocked
                else f"{left} and {right} were decided to be one, and, by way of others, to differ."
            ),
            candidates=[
                Candidate(
                    "fix_source" if blocked else "same",
                    answer.left,
                    answer.right,
                    right,
                    {"decision": answer.decision},
                ),
                Candidate("different", answer.left, answer.right, right),
            ],
        )


def _caption(sight: Sight, identifier: str) -> str:
    code = sight.code(identifier)
    return sight.caption(code) if code >= 0 else identifier
