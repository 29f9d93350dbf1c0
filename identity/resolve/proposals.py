"""Proposals: what `revert` of a merge and `extract` of an identifier would decide (R26).

Both are nothing but decisions: a `different` for every pair that is to be kept apart, also where no
evidence is, because a new record may bridge a pair tomorrow. A proposal is made of what an entity
holds; its composition is checked at the door (E96), and only its rows become facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import polars as pl

from identity.errors import FixInput
from identity.model.identifiers import Plane
from identity.resolve.codes import evidence_of
from identity.resolve.reviews.model import composition
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved

Pair = tuple[str, str]
BETWEEN_ENTITIES = frozenset({"anchor", "cannot_link", "user_id", "limit"})
"""Constraints that refuse evidence between two entities, rather than for the state of an end."""


class StaleProposal(FixInput):
    """What the proposal is about has changed since it was made."""

    code: ClassVar[str] = "E_STALE_PROPOSAL"
    http_status: ClassVar[int] = 409


@dataclass(frozen=True, slots=True)
class Entity:
    """What is known of the entity that a proposal is about.

    ``members``: its identifiers, anonymous ones included. ``evidence``: the ends of the conducting
    evidence among them, strongest first (R25). ``refused``: ends and constraint of the refused
    evidence that leads out of it. ``same``: ends and ids of all `same` decisions that nobody took
    back, whoever made them: each would outlive one that is replaced.
    """

    members: frozenset[str]
    evidence: Sequence[Pair] = ()
    refused: Sequence[tuple[str, str, str]] = ()
    same: Sequence[tuple[str, str, str]] = ()


def entity_of(
    solved: Solved, decisions: pl.DataFrame, setting: Setting, members: Iterable[str]
) -> Entity:
    """Give what a solution of both planes, and the decisions it was made with, know of members."""
    held = frozenset(members)
    inside = pl.Series("id", sorted(held), dtype=pl.String).implode()
    pairs: list[Pair] = []
    for plane in Plane:
        edges = evidence_of(plane, solved.evidence, solved.nodes, setting.primary)
        chosen = edges.frame.filter(pl.col("src").is_in(inside) & pl.col("dst").is_in(inside))
        pairs += chosen.select("src", "dst").iter_rows()
    rows = pl.concat(
        r.select("src", "dst", "constraint")
        for r in (solved.people.refused, solved.companies.refused)
    )
    leaving = rows.filter(pl.col("src").is_in(inside) | pl.col("dst").is_in(inside))
    held_to = pl.col("withdrawn").fill_null(False).not_() & (pl.col("action") == "same")
    same = decisions.filter(held_to).select("left", "right", "id")
    return Entity(held, pairs, list(leaving.iter_rows()), list(same.iter_rows()))


@dataclass(frozen=True, slots=True)
class Author:
    """Who proposes, when, why, and by which door."""

    actor: str | None
    at_ms: int
    reason: str | None = None
    source: str = "review"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Decisions that wait for approval: rows of `identity.resolve.facts.DECISIONS` without ids.

    ``composition`` is the hash of the members it was made for: approval checks it.
    """

    rows: list[dict[str, Any]]
    composition: str

    def check(self, members: Iterable[str]) -> None:
        """Refuse a proposal that was made for other members than those there are now (E96).

        Raises:
            StaleProposal: the composition differs.
        """
        if composition(members) != self.composition:
            raise StaleProposal(fix="Look at it again: a fresh proposal is made of what is there.")


def revert(
    entity: Entity, left: Collection[str], right: Collection[str], author: Author
) -> Proposal:
    """Propose to take a merge back.

    Args:
        entity: the merged entity as it is now.
        left: what one id held before the merge.
        right: what the other one held.
        author: who proposes.

    Raises:
        FixInput: nothing of one side is in the entity any more.
    """
    one, two = sides(entity, left, right)
    pairs = product(sorted(filter(_named, one)), sorted(filter(_named, two)))
    rows = _rows(entity, pairs, author)
    if not rows:
        raise FixInput("one of the two sides is no longer in this entity")
    return Proposal(rows, composition(entity.members))


def sides(
    entity: Entity, left: Collection[str], right: Collection[str]
) -> tuple[set[str], set[str]]:
    """Share out members: newcomers go to the side of their first edge, strongest evidence first.

    The two sides never join on the way, as the decisions will have it. A newcomer that no evidence
    leads to a side is on neither.
    """
    one = set(entity.members) & set(left)
    two = (set(entity.members) & set(right)) - one
    of = {m: {m} for m in entity.members}
    for joined in (one, two):
        of.update((m, joined) for m in joined)
    for a, b in entity.evidence:
        joined = of[a] | of[b]
        if not (joined & one and joined & two):
            of.update((m, joined) for m in joined)
    return (
        set().union(*(of[m] for m in one)),
        set().union(*(of[m] for m in two)),
    )


def extract(entity: Entity, identifier: str, author: Author) -> Proposal:
    """Propose to take one identifier out of its entity.

    The rest may have been kept from other entities by what leaves it: the refused evidence that
    leads from the rest elsewhere is refused by decision from now on.

    Raises:
        FixInput: the identifier is no member.
    """
    if identifier not in entity.members:
        raise FixInput(f"{identifier} is not in this entity")
    rest = entity.members - {identifier}
    pairs = [(identifier, m) for m in sorted(rest) if _named(m) or not _named(identifier)]
    pairs += [
        (a, b)
        for a, b, constraint in entity.refused
        if constraint in BETWEEN_ENTITIES
        and _named(a)
        and _named(b)
        and ((a in rest) != (b in rest))
        and identifier not in (a, b)
    ]
    return Proposal(_rows(entity, pairs, author), composition(entity.members))


def _named(identifier: str) -> bool:
    """Say whether an identifier is not anonymous: those follow the evidence by themselves."""
    return not identifier.startswith("anon:")


def _rows(entity: Entity, pairs: Iterable[Pair], author: Author) -> list[dict[str, Any]]:
    superseded: dict[Pair, list[str]] = {}
    for a, b, decision in entity.same:
        superseded.setdefault(_ordered((a, b)), []).append(decision)
    return [_row(pair, superseded, author) for pair in dict.fromkeys(map(_ordered, pairs))]


def _ordered(pair: Pair) -> Pair:
    return (min(pair), max(pair))


def _row(pair: Pair, superseded: Mapping[Pair, list[str]], author: Author) -> dict[str, Any]:
    replaced = sorted(superseded.get(pair, ()))
    return {
        "id": None,
        "action": "different",
        "left": pair[0],
        "right": pair[1],
        "actor": author.actor,
        "reason": author.reason,
        "at_ms": author.at_ms,
        "expires_ms": None,
        "valid_from_ms": None,
        "source": author.source,
        "row": None,
        "supersedes": " ".join(replaced) or None,
        "withdrawn": False,
    }
